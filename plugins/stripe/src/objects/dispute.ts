import { parse } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { settlePayment } from '../announce/settle-payment.js'
import { lockPayment } from '../locks.js'
import type { ObjectRule } from './object-rule.js'
import { moment, reference } from './reading.js'

const dispute = z.object({
  id: z.string(),
  charge: reference,
  payment_intent: reference,
  status: z.string(),
  reason: z.string().nullish(),
  currency: z.string().length(3),
  amount: z.number().int(),
  evidence_details: z.object({ due_by: moment }).nullish(),
  livemode: z.boolean(),
  created: z.number(),
})

// A dispute that is decided is not open again: an appeal has statuses of its own.
const WRITE = `
  INSERT INTO disputes (id, stripe_dispute_id, payment, status, reason, currency, amount, evidence_due_by, livemode,
    created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (stripe_dispute_id) DO UPDATE SET status = excluded.status, reason = excluded.reason,
    amount = excluded.amount, evidence_due_by = excluded.evidence_due_by
  WHERE disputes.status = ANY($11) OR NOT excluded.status = ANY($11)`

const OPEN = ['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review']

/** A dispute names no customer: whose it is, its payment says. It changes no subscription. */
export const disputeRule: ObjectRule = {
  async apply(applying, object) {
    const it = parse(dispute, object, 'Stripe dispute')
    const payment = it.payment_intent ?? it.charge
    if (payment === null) return
    await lockPayment(applying.tx, payment)
    await applying.tx.query(WRITE, [
      uuidv7(),
      it.id,
      payment,
      it.status,
      it.reason ?? null,
      it.currency,
      it.amount,
      it.evidence_details?.due_by ?? null,
      it.livemode,
      new Date(it.created * 1000),
      OPEN,
    ])
    await settlePayment(applying, payment)
  },
  // Stripe deletes no disputes.
  async remove() {},
}
