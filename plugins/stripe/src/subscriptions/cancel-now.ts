import type Stripe from 'stripe'

/**
 * Cancels a subscription at once. Stripe keeps no keys for what is deleted and says that what is canceled does
 * not exist, so one that is over is answered as it is: this may be a repeat.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export async function cancelNow(
  { subscriptions }: Stripe,
  id: string,
): Promise<Stripe.Subscription> {
  try {
    return await subscriptions.cancel(id)
  } catch (error) {
    const now = await subscriptions.retrieve(id)
    if (now.ended_at === null) throw error
    return now
  }
}
