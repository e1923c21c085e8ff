import type Stripe from 'stripe'

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

/** Asks Stripe for a change of the subscription `id`. */
export function carryOut(
  { subscriptions }: Stripe,
  id: string,
  request: Request,
  options: Stripe.RequestOptions,
): Promise<Stripe.Subscription> {
  if ('update' in request) return subscriptions.update(id, request.update, options)
  if ('resume' in request) return subscriptions.resume(id, request.resume, options)
  return subscriptions.cancel(id, {}, options)
}
