import { parse } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { settlePayment } from '../announce/settle-payment.js'
import { lockPayment } from '../locks.js'
import type { ObjectRule } from './object-rule.js'
import { reference } from './reading.js'

const refund = z.object({
  id: z.string(),
  charge: reference,
  payment_intent: reference,
  status: z.string().nullish(),
  reason: z.string().nullish(),
  currency: z.string().length(3),
  amount: z.number().int(),
  created: z.number(),
})

// What has failed or was cancelled stays so; within one second Stripe's clock does not tell.
const WRITE = `
  INSERT INTO refunds (id, stripe_refund_id, payment, status, reason, currency, amount, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (stripe_refund_id) DO UPDATE SET status = excluded.status
  WHERE refunds.status NOT IN ('failed', 'canceled')`

/** A refund is kept with its reason and status. How much went back in all, the charge says. */
export const refundRule: ObjectRule = {
  async apply(applying, object) {
    const it = parse(refund, object, 'Stripe refund')
    const payment = it.payment_intent ?? it.charge
    if (payment === null) return
    await lockPayment(applying.tx, payment)
    await applying.tx.query(WRITE, [
      uuidv7(),
      it.id,
      payment,
      it.status ?? 'pending',
      it.reason ?? null,
      it.currency,
      it.amount,
      new Date(it.created * 1000),
    ])
    await settlePayment(applying, payment)
  },
  // Stripe deletes no refunds.
  async remove() {},
}
