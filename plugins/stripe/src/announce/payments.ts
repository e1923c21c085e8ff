import { paymentSucceeded } from '../contract.js'
import type { Applying } from '../objects/object-rule.js'

interface PaidInvoice {
  user_id: string
  stripe_invoice_id: string
  amount_paid: string
  currency: string
  tax: string
  usage: string
  paid_at: Date
}

/** Publishes each paid invoice of a known user, once. Nothing is announced for an invoice of zero. */
export async function announcePayments(
  { tx, publish }: Applying,
  which: { stripeInvoiceId: string } | { stripeCustomerId: string },
): Promise<void> {
  const [column, value] =
    'stripeInvoiceId' in which
      ? ['stripe_invoice_id', which.stripeInvoiceId]
      : ['stripe_customer_id', which.stripeCustomerId]
  const paid = await tx.query<PaidInvoice>(
    `UPDATE invoices SET announced = true
     WHERE ${column} = $1 AND status = 'paid' AND amount_paid > 0 AND user_id IS NOT NULL AND NOT announced
     RETURNING user_id, stripe_invoice_id, amount_paid, currency, tax, usage, paid_at`,
    [value],
  )
  for (const invoice of paid) {
    await publish(paymentSucceeded, {
      userId: invoice.user_id,
      kind: 'invoice',
      paymentId: invoice.stripe_invoice_id,
      amount: Number(invoice.amount_paid),
      currency: invoice.currency,
      paidAt: invoice.paid_at.toISOString(),
      tax: Number(invoice.tax),
      ...(Number(invoice.usage) > 0 && { usage: Number(invoice.usage) }),
    })
  }
}
