import { parse } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { settlePayment } from '../announce/settle-payment.js'
import { resolveUser } from '../customer-link.js'
import { lockPayment } from '../locks.js'
import type { ObjectRule } from './object-rule.js'
import { reference } from './reading.js'

const charge = z.object({
  id: z.string(),
  customer: reference,
  payment_intent: reference,
  currency: z.string().length(3),
  amount: z.number().int(),
  /** A running total: what has been refunded is never taken back. */
  amount_refunded: z.number().int(),
  livemode: z.boolean(),
  created: z.number(),
})

// An amount may grow while it is only authorised, so what is refunded is never compared with an older one.
const WRITE = `
  INSERT INTO charges (id, stripe_charge_id, payment, stripe_customer_id, user_id, currency, amount, amount_refunded,
    livemode, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (stripe_charge_id) DO UPDATE SET user_id = coalesce(charges.user_id, excluded.user_id),
    payment = excluded.payment, amount = greatest(charges.amount, excluded.amount),
    amount_refunded = greatest(charges.amount_refunded, excluded.amount_refunded)`

/** A charge is kept for what was refunded of it. Refunds change no subscription. */
export const chargeRule: ObjectRule = {
  async apply(applying, object) {
    const it = parse(charge, object, 'Stripe charge')
    const payment = it.payment_intent ?? it.id
    const userId = await resolveUser(applying, it.customer)
    await lockPayment(applying.tx, payment)
    await applying.tx.query(WRITE, [
      uuidv7(),
      it.id,
      payment,
      it.customer,
      userId ?? null,
      it.currency,
      it.amount,
      it.amount_refunded,
      it.livemode,
      new Date(it.created * 1000),
    ])
    await settlePayment(applying, payment)
  },
  // Stripe deletes no charges.
  async remove() {},
}
