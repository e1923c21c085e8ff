import fc from 'fast-check'
import { addDays, today } from '../../src/day.js'
import type { Change, History } from './history.js'

/** Histories of so many days that end today. */
export const DAYS = 75
export const FIRST_DAY = addDays(today(), -DAYS + 1)

const uuid = (kind: number, n: number) =>
  `00000000-0000-7000-800${kind}-${String(n).padStart(12, '0')}`

// Few different moments, so that many fall together, also on the ends of days.
const moment = fc
  .record({
    day: fc.integer({ min: 0, max: DAYS - 1 }),
    second: fc.constantFrom(0, 1, 43_200, 86_399),
  })
  .map(({ day, second }) => new Date(Date.parse(FIRST_DAY) + (day * 86_400 + second) * 1000))

const worth = fc.record({
  amount: fc.constantFrom(0, 0, 1000, 1000, 2500, 3333),
  isCommitted: fc.boolean(),
  isActive: fc.boolean(),
  status: fc.constantFrom('active', 'past_due', 'unpaid', 'canceled', 'trialing'),
  /** After how many days the clock ends it; null where it does not. */
  endsAfter: fc.option(fc.integer({ min: 1, max: 20 }), { freq: 4 }),
})

const subscription = fc.record({
  customer: fc.integer({ min: 0, max: 4 }),
  currency: fc.constantFrom('usd', 'usd', 'eur'),
  changes: fc.array(fc.tuple(moment, worth), { minLength: 1, maxLength: 6 }),
})

const changes = fc.array(subscription, { maxLength: 8 }).map((subscriptions) =>
  subscriptions.flatMap(({ customer, currency, changes }, n) =>
    changes
      .toSorted(([a], [b]) => +a - +b)
      .flatMap(([at, worth], index): Change[] => {
        const { amount, isCommitted, isActive, status, endsAfter } = worth
        const first = {
          subscription: uuid(1, n),
          revision: index + 1,
          step: 0,
          customer: uuid(2, customer),
          currency,
          at,
          amount,
          committed: isCommitted ? amount : 0,
          isActive: isActive || amount > 0,
          status,
        }
        if (endsAfter === null || amount === 0) return [first]
        const end = new Date(+at + endsAfter * 86_400_000)
        return [first, { ...first, step: 1, at: end, amount: 0, committed: 0, isActive: false }]
      }),
  ),
)

const activity = fc.array(
  fc.record({
    user: fc.integer({ min: 0, max: 5 }).map((n) => uuid(3, n)),
    at: moment,
    type: fc.constantFrom(
      'auth.logged_in' as const,
      'analytics.api_called' as const,
      'auth.login_failed' as const,
    ),
  }),
  { maxLength: 40 },
)

const entries = fc.array(
  fc.record({
    kind: fc.constantFrom('payment' as const, 'refund' as const, 'dispute_lost' as const),
    at: moment,
    currency: fc.constantFrom('usd', 'eur'),
    amount: fc.integer({ min: 1, max: 10_000 }),
    tax: fc.constantFrom(0, 19),
  }),
  { maxLength: 12 },
)

/** Any history of a small company. */
export const histories: fc.Arbitrary<History> = fc.record({ changes, activity, entries })
