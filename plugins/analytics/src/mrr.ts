import type { SubscriptionItem, SubscriptionState } from '@titanforge/stripe'

/** Statuses whose subscriptions count: what is paid for, and what is late. Trials do not. */
const COUNTED = ['active', 'past_due']

/** How many twelfths of its price an item earns a month: a year has 12 months, 52 weeks, 365 days. */
const MONTHLY_TWELFTHS = { month: 12n, year: 1n, week: 52n, day: 365n }

/**
 * A subscription's monthly recurring revenue, in minor units: exact per item, rounded half up once.
 * Metered items, one-time prices and trials count as nothing.
 */
export function subscriptionMrr(state: SubscriptionState): number {
  if (!COUNTED.includes(state.status)) return 0
  let [numerator, denominator] = [0n, 1n]
  for (const item of state.items) {
    const [earned, per] = monthly(item)
    numerator = numerator * per + earned * denominator
    denominator *= per
  }
  return Number((2n * numerator + denominator) / (2n * denominator))
}

/** An item's monthly amount as a fraction, so that nothing is rounded on the way. */
function monthly(item: SubscriptionItem): [numerator: bigint, denominator: bigint] {
  const { metered, unitAmount, quantity, interval, intervalCount } = item
  if (metered || unitAmount === null || interval === null) return [0n, 1n]
  return [
    BigInt(unitAmount) * BigInt(quantity) * MONTHLY_TWELFTHS[interval],
    12n * BigInt(intervalCount),
  ]
}
