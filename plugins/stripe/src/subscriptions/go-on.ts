import type Stripe from 'stripe'
import { refuseUnpaidResumption, RESUMPTION } from './resumption.js'

/**
 * Ends a subscription's pause and takes its scheduled end back, as far as there is one.
 *
 * @param key for this intent. What is asked depends on what the subscription is, so each request has a key of
 * its own: asked again after a crash, only what is left is asked, and none of it in other words.
 * @throws RESUMPTION_UNPAID, or as Stripe does.
 */
export async function goOn(client: Stripe, id: string, key: string): Promise<Stripe.Subscription> {
  const { subscriptions } = client
  const before = await subscriptions.retrieve(id)
  const isPaused = before.status === 'paused'
  const now = isPaused
    ? await subscriptions.resume(id, RESUMPTION, { idempotencyKey: `${key}:pause` })
    : before
  const end = endOf(now)
  const after = end
    ? await subscriptions.update(id, end, { idempotencyKey: `${key}:${Object.keys(end).join()}` })
    : now
  if (isPaused) await refuseUnpaidResumption(client, id)
  return after
}

/** What takes a scheduled end back. The portal schedules one by its date alone. */
function endOf(now: Stripe.Subscription): Stripe.SubscriptionUpdateParams | undefined {
  if (now.cancel_at_period_end) return { cancel_at_period_end: false }
  return now.cancel_at === null ? undefined : { cancel_at: '' }
}
