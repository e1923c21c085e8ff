import type Stripe from 'stripe'
import type { StripeGateway } from '../gateway.js'

/** One change of a subscription that is asked of Stripe. As data, so that it can be stored and asked again. */
export type Request =
  | { update: Stripe.SubscriptionUpdateParams }
  | { resume: Stripe.SubscriptionResumeParams }
  | { cancel: 'now' }

/** A request, and the idempotency key under which it goes. */
export interface Asked {
  request: Request
  key: string
}

/**
 * Asks Stripe for a change of the subscription `id`.
 *
 * @param onSent is told each time that it is sent.
 * @throws as {@link StripeGateway.call} does.
 */
export function carryOut(
  gateway: StripeGateway,
  id: string,
  { request, key }: Asked,
  onSent: () => void,
  more: Stripe.RequestOptions = {},
): Promise<Stripe.Subscription> {
  const options = { idempotencyKey: key, ...more }
  return gateway.call(
    ({ subscriptions }) => {
      if ('update' in request) return subscriptions.update(id, request.update, options)
      if ('resume' in request) return subscriptions.resume(id, request.resume, options)
      return subscriptions.cancel(id, {}, options)
    },
    { key, onSent },
  )
}
