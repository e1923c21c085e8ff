import { trialEnding } from '../contract.js'
import type { Applying } from '../objects/object-rule.js'

/** Publishes that a known user's trial ends soon, once per end. */
export async function announceTrials(
  { tx, publish }: Applying,
  which: { stripeSubscriptionId: string } | { stripeCustomerId: string },
): Promise<void> {
  const [column, value] =
    'stripeSubscriptionId' in which
      ? ['stripe_subscription_id', which.stripeSubscriptionId]
      : ['stripe_customer_id', which.stripeCustomerId]
  const rows = await tx.query<{ id: string; user_id: string; trial_warned_for: Date }>(
    `SELECT id, user_id, trial_warned_for FROM subscriptions
     WHERE ${column} = $1 AND user_id IS NOT NULL AND trial_warned_for IS NOT NULL AND status = 'trialing'`,
    [value],
  )
  for (const { id, user_id: userId, trial_warned_for: end } of rows) {
    await publish(
      trialEnding,
      { userId, subscriptionId: id, trialEnd: end.toISOString() },
      `trial_ending:${id}:${end.toISOString()}`,
    )
  }
}
