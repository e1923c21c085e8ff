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
 * Looks at a subscription that was paused and is to go on. A debit that is on its way takes some days, and is no
 * failure.
 *
 * @throws RESUMPTION_UNPAID where it stays paused because its invoice was not paid.
 */
export async function refuseUnpaidResumption(
  { subscriptions, invoicePayments }: Stripe,
  id: string,
): Promise<void> {
  const now = await subscriptions.retrieve(id, { expand: ['latest_invoice'] })
  const invoice = typeof now.latest_invoice === 'object' ? now.latest_invoice : null
  if (now.status !== 'paused' || invoice?.status !== 'open') return
  const { data: payments } = await invoicePayments.list({
    invoice: invoice.id,
    expand: ['data.payment.payment_intent'],
  })
  const intents = payments.flatMap(({ payment: { payment_intent: intent } }) =>
    typeof intent === 'object' ? intent : [],
  )
  if (intents.some(({ status }) => status === 'processing')) return
  const reason = intents.find((it) => it.last_payment_error)?.last_payment_error?.message
  throw StripeErrors.RESUMPTION_UNPAID(
    { reason: reason ?? 'The payment has to be confirmed.' },
    { details: { payUrl: invoice.hosted_invoice_url ?? null } },
  )
}
