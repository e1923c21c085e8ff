import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'

/**
 * How a paused subscription is resumed: its next period is charged at once, and it goes on when that is paid.
 * Without these words Stripe charges nothing in the request, and it is late where the payment fails.
 *
 * @see https://docs.stripe.com/api/subscriptions/resume#resume_subscription-payment_behavior
 */
export const RESUMPTION: Stripe.SubscriptionResumeParams = {
  payment_behavior: 'resume_on_payment_success',
}

/**
 * Whether a debit for the resumption of a paused subscription is on its way, which takes some days. What Stripe makes
 * of another resumption meanwhile is not documented; with another invoice it would debit twice. A debit from before the
 * pause does not end it.
 *
 * @param paused with its latest invoice expanded.
 */
export async function isBeingPaid(client: Stripe, paused: Stripe.Subscription): Promise<boolean> {
  const invoice = openInvoice(paused)
  const pausedAt = paused.status_details?.paused.transitioned_at ?? 0
  if (!invoice || invoice.created <= pausedAt) return false
  return (await intentsOf(client, invoice)).some(isOnItsWay)
}

/**
 * Looks at a subscription that was paused and is to go on. A debit that is on its way is no failure.
 *
 * @throws RESUMPTION_UNPAID where it stays paused because its invoice was not paid.
 */
export async function refuseUnpaidResumption(client: Stripe, id: string): Promise<void> {
  const now = await client.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
  const invoice = openInvoice(now)
  if (now.status !== 'paused' || !invoice) return
  const intents = await intentsOf(client, invoice)
  if (intents.some(isOnItsWay)) return
  const reason = intents.find((it) => it.last_payment_error)?.last_payment_error?.message
  throw StripeErrors.RESUMPTION_UNPAID(
    { reason: reason ?? 'The payment has to be confirmed.' },
    { details: { payUrl: invoice.hosted_invoice_url ?? null } },
  )
}

const isOnItsWay = ({ status }: Stripe.PaymentIntent) => status === 'processing'

function openInvoice({ latest_invoice: invoice }: Stripe.Subscription): Stripe.Invoice | undefined {
  return typeof invoice === 'object' && invoice?.status === 'open' ? invoice : undefined
}

async function intentsOf(
  { invoicePayments }: Stripe,
  invoice: Stripe.Invoice,
): Promise<Stripe.PaymentIntent[]> {
  const { data: payments } = await invoicePayments.list({
    invoice: invoice.id,
    expand: ['data.payment.payment_intent'],
  })
  return payments.flatMap(({ payment: { payment_intent: intent } }) =>
    typeof intent === 'object' ? intent : [],
  )
}
