import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import type { StripeGateway } from '../gateway.js'
import { ACCOUNT_KEY } from '../objects/reading.js'
import type { CheckoutRow } from './checkout-rows.js'

/** Asks Stripe for the page of a checkout. The row's id is the key: however often, there is one page. */
export async function createSession(
  gateway: StripeGateway,
  row: CheckoutRow,
  customer: string,
): Promise<{ id: string; url: string }> {
  const session = await gateway.call((client) =>
    client.checkout.sessions.create(parametersOf(row, customer), {
      idempotencyKey: `tf:checkout:${row.id}`,
      maxNetworkRetries: 2,
    }),
  )
  if (!session.url) throw StripeErrors.STRIPE_REFUSED({ reason: 'the session has no page' })
  return { id: session.id, url: session.url }
}

function parametersOf(
  { id, user_id: userId, purpose, request }: CheckoutRow,
  customer: string,
): Stripe.Checkout.SessionCreateParams {
  const { priceId, quantity, trialDays, promotionCodeId, successUrl, cancelUrl } = request
  const metadata = { [ACCOUNT_KEY]: userId, checkout_id: id }
  const trial = trialDays > 0 ? { trial_period_days: trialDays } : {}
  return {
    mode: purpose,
    customer,
    client_reference_id: userId,
    line_items: [{ price: priceId, ...(quantity === null ? {} : { quantity }) }],
    success_url: withCheckout(successUrl, id),
    cancel_url: withCheckout(cancelUrl, id),
    metadata,
    ...(promotionCodeId
      ? { discounts: [{ promotion_code: promotionCodeId }] }
      : { allow_promotion_codes: true }),
    ...(purpose === 'subscription'
      ? { subscription_data: { metadata, ...trial } }
      : { payment_intent_data: { metadata } }),
  }
}

/** The page that the user comes back to asks for this checkout by our own id. */
function withCheckout(address: string, id: string): string {
  const url = new URL(address)
  url.searchParams.set('checkout', id)
  return url.href
}
