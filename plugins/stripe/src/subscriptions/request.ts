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
  return gateway.call(async (client) => {
    const { subscriptions } = client
    const listener = (sent: Stripe.RequestEvent) => {
      if (sent.idempotency_key === key) onSent()
    }
    client.on('request', listener)
    try {
      if ('update' in request) return await subscriptions.update(id, request.update, options)
      if ('resume' in request) return await subscriptions.resume(id, request.resume, options)
      return await subscriptions.cancel(id, {}, options)
    } finally {
      client.off('request', listener)
    }
  })
}
