import { parse } from '@titanforge/core'
import { z } from 'zod'
import { customersUser, productsOf, resolveUser } from '../customer-link.js'
import { lockCustomer, lockUser, shareProducts } from '../locks.js'
import { publishState } from '../subscription-state.js'
import { keepDiscount } from './customer-discount.js'
import { discount } from './discount.js'
import type { Applying, ObjectRule } from './object-rule.js'
import { ACCOUNT_KEY, metadata } from './reading.js'

const customer = z.object({ id: z.string(), metadata, discount: discount.nullish() })

/**
 * Which user a customer is, we said ourselves when it was made: so a customer whose making was cut short
 * on our side is found again. An address proves nothing.
 */
export const customerRule: ObjectRule = {
  async apply(applying, object) {
    const { id, metadata: entries, discount } = parse(customer, object, 'Stripe customer')
    await lockCustomer(applying.tx, id)
    const isOther = await keepDiscount(applying.tx, id, discount ?? undefined)
    await resolveUser(applying, id, entries[ACCOUNT_KEY])
    if (isOther) await publishSubscriptions(applying, id)
  },
  async remove({ tx }, id) {
    await lockCustomer(tx, id)
    await keepDiscount(tx, id, undefined)
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

/** A customer's discount lowers what subscriptions cost that have none of their own. */
async function publishSubscriptions(applying: Applying, stripeCustomerId: string): Promise<void> {
  const { tx } = applying
  await shareProducts(tx, await productsOf(tx, stripeCustomerId))
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM subscriptions
     WHERE stripe_customer_id = $1 AND status NOT IN ('canceled', 'incomplete_expired') ORDER BY id`,
    [stripeCustomerId],
  )
  for (const { id } of rows) await publishState(applying, id)
}
