import type { SubscriptionState } from '@titanforge/stripe'
import type { MrrPolicy } from './policy.js'
import { subscriptionMrr, type SubscriptionMrr } from './subscription-mrr.js'

/** What a subscription is worth from a moment on, while nothing else is heard of it. */
export interface Step extends SubscriptionMrr {
  at: Date
}

/**
 * What a state comes to over time. Days of grace and discounts end by the clock: no event tells of it.
 *
 * @param since when the state took effect.
 */
export function timeline(state: SubscriptionState, since: Date, policy: MrrPolicy): Step[] {
  const ends = [
    state.status === 'past_due' ? state.graceUntil : null,
    ...[...(state.discounts ?? []), ...state.items.flatMap((item) => item.discounts ?? [])].map(
      ({ endsAt }) => endsAt,
    ),
  ]
  const later = ends.flatMap((end) => (end == null || new Date(end) <= since ? [] : [end]))
  const moments = [...new Set(later)].map((end) => new Date(end)).toSorted((a, b) => +a - +b)
  return [since, ...moments].map((at) => ({ at, ...subscriptionMrr(state, at, policy) }))
}
