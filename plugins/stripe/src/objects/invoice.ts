import { parse } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { announceFailures } from '../announce/failures.js'
import { announcePayments } from '../announce/payments.js'
import { resolveUser } from '../customer-link.js'
import { publishState } from '../subscription-state.js'
import { lockCustomer } from '../locks.js'
import type { Applying, ObjectRule } from './object-rule.js'
import { invoiceLines, usageOf } from './invoice-lines.js'
import { ACCOUNT_KEY, knownWord, metadata, moment, reference } from './reading.js'

const invoice = z.object({
  id: z.string(),
  customer: reference,
  status: z.string().nullish(),
  currency: z.string().length(3),
  amount_due: z.number().int(),
  amount_paid: z.number().int(),
  lines: invoiceLines,
  total_taxes: z.array(z.object({ amount: z.number().int() })).nullish(),
  number: z.string().nullish(),
  hosted_invoice_url: z.string().nullish(),
  invoice_pdf: z.string().nullish(),
  next_payment_attempt: moment,
  status_transitions: z.object({ paid_at: moment }).nullish(),
  livemode: z.boolean(),
  created: z.number(),
  parent: z
    .object({ subscription_details: z.object({ subscription: reference, metadata }).nullish() })
    .nullish(),
  // Where API versions before 2025-03-31 keep the link.
  subscription: reference,
})

const failedInvoice = invoice.pick({ id: true, customer: true }).extend({
  attempt_count: z.number().int().min(0),
})

const STATUSES = ['draft', 'open', 'uncollectible', 'void', 'paid'] as const

// draft < open < uncollectible < void or paid. The last two never change; uncollectible may become either. One
// that is not known has no rank: it gives way to whatever is newer, and takes the place of what is not final.
const RANK = (status: string) =>
  `array_position(ARRAY[${STATUSES.map((known) => `'${known}'`).join(', ')}], ${status})`

const WRITE = `
  INSERT INTO invoices (id, stripe_invoice_id, stripe_customer_id, stripe_subscription_id, user_id, status, currency,
    amount_due, amount_paid, paid_at, livemode, created_at, number, hosted_url, pdf_url, next_attempt_at,
    tax, usage)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
  ON CONFLICT (stripe_invoice_id) DO UPDATE SET
    stripe_subscription_id = coalesce(excluded.stripe_subscription_id, invoices.stripe_subscription_id),
    user_id = coalesce(invoices.user_id, excluded.user_id), status = excluded.status,
    amount_due = excluded.amount_due, amount_paid = excluded.amount_paid, paid_at = excluded.paid_at,
    number = excluded.number, hosted_url = excluded.hosted_url, pdf_url = excluded.pdf_url,
    next_attempt_at = excluded.next_attempt_at, tax = excluded.tax, usage = excluded.usage
  WHERE invoices.status NOT IN ('paid', 'void')
    AND coalesce(${RANK('invoices.status')} <= ${RANK('excluded.status')}, true)`

export const invoiceRule: ObjectRule = {
  async apply(applying, object) {
    const it = parse(invoice, object, 'Stripe invoice')
    const details = it.parent?.subscription_details
    const userId = await resolveUser(applying, it.customer, details?.metadata[ACCOUNT_KEY])
    const status = it.status ?? 'draft'
    if (!knownWord(STATUSES, status))
      applying.alert('an invoice has a status that is not known; it counts as unpaid', {
        invoice: it.id,
        status,
      })
    const subscription = details?.subscription ?? it.subscription
    await applying.tx.query(WRITE, [
      uuidv7(),
      it.id,
      it.customer,
      subscription,
      userId ?? null,
      status,
      it.currency,
      it.amount_due,
      it.amount_paid,
      status === 'paid' ? (it.status_transitions?.paid_at ?? applying.occurredAt) : null,
      it.livemode,
      new Date(it.created * 1000),
      it.number ?? null,
      it.hosted_invoice_url ?? null,
      it.invoice_pdf ?? null,
      it.next_payment_attempt,
      it.total_taxes?.reduce((sum, { amount }) => sum + amount, 0) ?? 0,
      await usageOf(applying.tx, it.lines),
    ])
    await announcePayments(applying, { stripeInvoiceId: it.id })
    await followGrace(applying, it.id)
  },
  // Only drafts can be deleted.
  async remove({ tx }, id) {
    await tx.query("DELETE FROM invoices WHERE stripe_invoice_id = $1 AND status = 'draft'", [id])
  },
  async witness(applying, { type, data, created }) {
    if (type !== 'invoice.payment_failed') return
    const { id, customer, attempt_count } = parse(failedInvoice, data.object, 'Stripe invoice')
    if (customer) await lockCustomer(applying.tx, customer)
    await applying.tx.query(
      `INSERT INTO invoice_failures (stripe_invoice_id, attempt, failed_at) VALUES ($1, $2, $3)
       ON CONFLICT (stripe_invoice_id, attempt) DO UPDATE SET failed_at = least(invoice_failures.failed_at, excluded.failed_at)`,
      [id, attempt_count, new Date(created * 1000)],
    )
    await announceFailures(applying, { stripeInvoiceId: id })
    await followGrace(applying, id)
  },
}

/** A late payment's days of grace begin with the first failure and end when it is paid. */
async function followGrace(applying: Applying, stripeInvoiceId: string): Promise<void> {
  const rows = await applying.tx.query<{ id: string }>(
    `SELECT s.id FROM subscriptions s JOIN invoices USING (stripe_subscription_id)
     WHERE stripe_invoice_id = $1 AND s.status = 'past_due'`,
    [stripeInvoiceId],
  )
  for (const { id } of rows) await publishState(applying, id)
}
