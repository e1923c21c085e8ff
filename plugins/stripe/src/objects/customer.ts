import { parse } from '@titanforge/core'
import { z } from 'zod'
import { customersUser, resolveUser } from '../customer-link.js'
import { lockCustomer, lockUser } from '../locks.js'
import type { ObjectRule } from './object-rule.js'
import { ACCOUNT_KEY, metadata } from './reading.js'

const customer = z.object({ id: z.string(), metadata })

/**
 * Which user a customer is, we said ourselves when it was made: so a customer whose making was cut short
 * on our side is found again. An address proves nothing.
 */
export const customerRule: ObjectRule = {
  async apply(applying, object) {
    const { id, metadata: entries } = parse(customer, object, 'Stripe customer')
    await resolveUser(applying, id, entries[ACCOUNT_KEY])
  },
  async remove({ tx }, id) {
    await lockCustomer(tx, id)
    const userId = await customersUser(tx, id)
    if (!userId) return
    await lockUser(tx, userId)
    await tx.query(
      `UPDATE customers SET stripe_customer_id = NULL, email = NULL, generation = generation + 1
       WHERE stripe_customer_id = $1`,
      [id],
    )
    await tx.query('UPDATE users SET stripe_customer_id = NULL WHERE stripe_customer_id = $1', [id])
  },
}
