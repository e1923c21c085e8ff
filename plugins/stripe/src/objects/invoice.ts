import { parse } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { resolveUser } from '../customer-link.js'
import { announcePayments } from '../payments.js'
import type { ObjectRule } from './object-rule.js'
import { ACCOUNT_KEY, metadata, moment, reference } from './reading.js'

const invoice = z.object({
  id: z.string(),
  customer: reference,
  status: z.string().nullish(),
  currency: z.string().length(3),
  amount_due: z.number().int(),
  amount_paid: z.number().int(),
  status_transitions: z.object({ paid_at: moment }).nullish(),
  livemode: z.boolean(),
  created: z.number(),
  parent: z
    .object({ subscription_details: z.object({ subscription: reference, metadata }).nullish() })
    .nullish(),
  // Where API versions before 2025-03-31 keep the link.
  subscription: reference,
})

// draft < open < paid, void or uncollectible; the last two may still change, paid never does.
const WRITE = `
  INSERT INTO invoices (id, stripe_invoice_id, stripe_customer_id, stripe_subscription_id, user_id, status, currency,
    amount_due, amount_paid, paid_at, livemode, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  ON CONFLICT (stripe_invoice_id) DO UPDATE SET
    stripe_subscription_id = coalesce(excluded.stripe_subscription_id, invoices.stripe_subscription_id),
    user_id = coalesce(invoices.user_id, excluded.user_id), status = excluded.status,
    amount_due = excluded.amount_due, amount_paid = excluded.amount_paid, paid_at = excluded.paid_at
  WHERE invoices.status <> 'paid'`

export const invoiceRule: ObjectRule = {
  async apply(applying, object) {
    const it = parse(invoice, object, 'Stripe invoice')
    const details = it.parent?.subscription_details
    const userId = await resolveUser(applying, it.customer, details?.metadata[ACCOUNT_KEY])
    const status = it.status ?? 'draft'
    await applying.tx.query(WRITE, [
      uuidv7(),
      it.id,
      it.customer,
      details?.subscription ?? it.subscription,
      userId ?? null,
      status,
      it.currency,
      it.amount_due,
      it.amount_paid,
      status === 'paid' ? (it.status_transitions?.paid_at ?? applying.occurredAt) : null,
      it.livemode,
      new Date(it.created * 1000),
    ])
    await announcePayments(applying, { stripeInvoiceId: it.id })
  },
  // Only drafts can be deleted.
  async remove({ tx }, id) {
    await tx.query("DELETE FROM invoices WHERE stripe_invoice_id = $1 AND status = 'draft'", [id])
  },
}
