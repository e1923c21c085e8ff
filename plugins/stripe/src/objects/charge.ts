import { parse } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { resolveUser } from '../customer-link.js'
import type { ObjectRule } from './object-rule.js'
import { reference } from './reading.js'

const charge = z.object({
  id: z.string(),
  customer: reference,
  currency: z.string().length(3),
  amount: z.number().int(),
  /** A running total: what has been refunded is never taken back. */
  amount_refunded: z.number().int(),
  livemode: z.boolean(),
  created: z.number(),
})

/** A charge is kept for what was refunded of it. Refunds change no subscription. */
export const chargeRule: ObjectRule = {
  async apply(applying, object) {
    const it = parse(charge, object, 'Stripe charge')
    const userId = await resolveUser(applying, it.customer, undefined)
    await applying.tx.query(
      `INSERT INTO charges (id, stripe_charge_id, stripe_customer_id, user_id, currency, amount, amount_refunded,
         livemode, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (stripe_charge_id) DO UPDATE SET user_id = coalesce(charges.user_id, excluded.user_id),
         amount_refunded = greatest(charges.amount_refunded, excluded.amount_refunded)`,
      [
        uuidv7(),
        it.id,
        it.customer,
        userId ?? null,
        it.currency,
        it.amount,
        it.amount_refunded,
        it.livemode,
        new Date(it.created * 1000),
      ],
    )
  },
  // Stripe deletes no charges.
  async remove() {},
}
