import type Stripe from 'stripe'

/**
 * Cancels a subscription at once. Stripe keeps no keys for what is deleted and says that what is canceled does
 * not exist, so a subscription that is over is answered as it is: this may be a repeat.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export async function cancelNow(
  { subscriptions }: Stripe,
  id: string,
): Promise<Stripe.Subscription> {
  const now = await subscriptions.retrieve(id)
  return now.ended_at === null ? subscriptions.cancel(id) : now
}
