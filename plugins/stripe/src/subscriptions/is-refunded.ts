import type Stripe from 'stripe'

/** Why an invoice is for a whole period, and not for a change within it. */
const PERIODS = ['subscription_create', 'subscription_cycle']

/**
 * Whether all that was paid for a period was given back since. Stripe does not look at refunds when it counts the
 * rest of a period. Of a change nothing follows: what was paid before it may be there still.
 *
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 */
export async function isRefunded(
  { invoicePayments }: Stripe,
  { id, amount_paid, billing_reason }: Stripe.Invoice,
): Promise<boolean> {
  if (!amount_paid || !PERIODS.includes(billing_reason ?? '')) return false
  const { data } = await invoicePayments.list({
    invoice: id,
    expand: ['data.payment.payment_intent.latest_charge'],
  })
  const paid = data.filter(({ status }) => status === 'paid')
  return paid.length > 0 && paid.every((it) => chargeOf(it)?.refunded)
}

/** Undefined for what was paid in another way, such as by hand. */
function chargeOf({ payment }: Stripe.InvoicePayment): Stripe.Charge | undefined {
  const { payment_intent: intent } = payment
  if (typeof intent !== 'object') return undefined
  return typeof intent.latest_charge === 'object' ? (intent.latest_charge ?? undefined) : undefined
}
