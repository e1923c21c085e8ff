import { lockCustomer } from '../locks.js'
import type { ObjectRule } from './object-rule.js'

/** Only the end of a customer matters: which user it is, we said ourselves when it was made. */
export const customerRule: ObjectRule = {
  async apply() {},
  async remove({ tx }, id) {
    await lockCustomer(tx, id)
    await tx.query(
      'UPDATE customers SET stripe_customer_id = NULL, generation = generation + 1 WHERE stripe_customer_id = $1',
      [id],
    )
    await tx.query('UPDATE users SET stripe_customer_id = NULL WHERE stripe_customer_id = $1', [id])
  },
}
