import { boundary, type Recurrence } from '../billing/period.js'
import { recurrenceOf } from '../subscriptions/items.js'
import type { TestClock } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

const WITHOUT_SUBSCRIPTIONS: Recurrence = { interval: 'year', interval_count: 1 }

/**
 * How far a test clock can be advanced at once: two intervals of its shortest subscription, or two years where
 * it has none. In seconds since the epoch.
 *
 * @see https://docs.stripe.com/api/test_clocks/advance
 */
export function farthest(tx: Transaction, { id, frozen_time: now }: TestClock): number {
  const ends = [...tx.each('subscription')]
    .filter(({ test_clock, ended_at }) => test_clock === id && ended_at === null)
    .flatMap(({ items }) => items.data.map((item) => boundary(now, recurrenceOf(tx, item), 2)))
  return ends.length > 0 ? Math.min(...ends) : boundary(now, WITHOUT_SUBSCRIPTIONS, 2)
}
