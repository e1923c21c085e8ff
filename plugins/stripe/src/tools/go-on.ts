import type Stripe from 'stripe'

/**
 * Ends a subscription's pause and takes its scheduled end back, as far as there is one.
 *
 * @param key for this intent. What is asked depends on what the subscription is, so each request has a key of
 * its own: asked again after a crash, only what is left is asked, and none of it in other words.
 */
export async function goOn(
  { subscriptions }: Stripe,
  id: string,
  key: string,
): Promise<Stripe.Subscription> {
  let now = await subscriptions.retrieve(id)
  if (now.status === 'paused')
    now = await subscriptions.resume(id, {}, { idempotencyKey: `${key}:pause` })
  if (now.cancel_at_period_end)
    return subscriptions.update(
      id,
      { cancel_at_period_end: false },
      { idempotencyKey: `${key}:period_end` },
    )
  // The portal schedules an end by its date alone.
  if (now.cancel_at !== null)
    return subscriptions.update(id, { cancel_at: '' }, { idempotencyKey: `${key}:date` })
  return now
}
