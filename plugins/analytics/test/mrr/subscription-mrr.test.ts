import type { Discount, Pricing, SubscriptionItem, SubscriptionState } from '@titanforge/stripe'
import test from 'ava'
import { mrrPolicy, type MrrPolicy } from '../../src/mrr/policy.js'
import { subscriptionMrr } from '../../src/mrr/subscription-mrr.js'
import { timeline } from '../../src/mrr/timeline.js'
import { item, state } from '../states.js'

const NOW = new Date('2026-03-01T00:00:00Z')
const POLICY = mrrPolicy.parse(undefined)

const discount = (more: Partial<Discount>): Discount => ({
  duration: 'forever',
  percentOff: null,
  amountOff: null,
  currency: null,
  endsAt: null,
  ...more,
})

const monthly = (cents: number, more: Partial<SubscriptionItem> = {}) =>
  item({ unitAmount: cents, ...more })
const yearly = (cents: number, more: Partial<SubscriptionItem> = {}) =>
  item({ unitAmount: cents, interval: 'year', ...more })
const priced = (pricing: Partial<Pricing>, quantity: number) =>
  item({
    unitAmount: null,
    quantity,
    pricing: { unitAmount: null, tiersMode: null, tiers: [], package: null, ...pricing },
  })
const TIERS = [
  { upTo: 10, unitAmount: '500', flatAmount: null },
  { upTo: null, unitAmount: '400', flatAmount: '1000' },
]

// Amounts in minor units.
const vectors: [title: string, expected: number, SubscriptionState, policy?: Partial<MrrPolicy>][] =
  [
    // S19
    ['3 × $30 a month', 9000, state([monthly(3000, { quantity: 3 })])],
    ['$1,200 a year', 10_000, state([yearly(120_000)])],
    ['$10 a week', 4333, state([monthly(1000, { interval: 'week' })])],
    ['$1 a day', 3042, state([monthly(100, { interval: 'day' })])],
    ['¥1000 a month', 1000, state([monthly(1000, { currency: 'jpy' })])],
    [
      '$100 a month, 25 % off for ever',
      7500,
      state([monthly(10_000)], { discounts: [discount({ percentOff: 25 })] }),
    ],
    [
      '$100 a month, 25 % off once',
      10_000,
      state([monthly(10_000)], { discounts: [discount({ percentOff: 25, duration: 'once' })] }),
    ],
    [
      '$1,200 a year, $240 off for ever',
      8000,
      state([yearly(120_000)], { discounts: [discount({ amountOff: 24_000, currency: 'usd' })] }),
    ],
    ['two items, $20 a month and $120 a year', 3000, state([monthly(2000), yearly(12_000)])],
    ['$300 a quarter', 10_000, state([monthly(30_000, { intervalCount: 3 })])],
    [
      '100 % off for ever',
      0,
      state([monthly(5000)], { discounts: [discount({ percentOff: 100 })] }),
    ],
    ['a trial of $50', 0, state([monthly(5000)], { status: 'trialing' })],
    [
      '$50 that is past due, in grace',
      5000,
      state([monthly(5000)], { status: 'past_due', graceUntil: '2026-03-02T00:00:00.000Z' }),
    ],
    [
      '$50 that is cancelled at the end of its period',
      5000,
      state([monthly(5000)], { cancelAtPeriodEnd: true }),
    ],
    // S2
    ['metered', 0, state([monthly(5000, { metered: true })])],
    ['one-time', 0, state([monthly(5000, { interval: null })])],
    ['1000 units of 0.25 cents', 250, state([priced({ unitAmount: '0.25' }, 1000)])],
    ['volume tiers, the lower', 5000, state([priced({ tiersMode: 'volume', tiers: TIERS }, 10)])],
    ['volume tiers, the upper', 5400, state([priced({ tiersMode: 'volume', tiers: TIERS }, 11)])],
    ['graduated tiers', 6400, state([priced({ tiersMode: 'graduated', tiers: TIERS }, 11)])],
    [
      'graduated tiers, the lower',
      5000,
      state([priced({ tiersMode: 'graduated', tiers: TIERS }, 10)]),
    ],
    [
      'packages, rounded up',
      3000,
      state([priced({ unitAmount: '1000', package: { size: 10, round: 'up' } }, 21)]),
    ],
    [
      'packages, rounded down',
      2000,
      state([priced({ unitAmount: '1000', package: { size: 10, round: 'down' } }, 21)]),
    ],
    // S1
    ['half a cent rounds up, once for all items', 1, state([yearly(3), yearly(3)])],
    // S3
    [
      'a repeating discount that runs',
      7500,
      state([monthly(10_000)], {
        discounts: [
          discount({ percentOff: 25, duration: 'repeating', endsAt: '2026-03-02T00:00:00.000Z' }),
        ],
      }),
    ],
    [
      'a repeating discount that has ended',
      10_000,
      state([monthly(10_000)], {
        discounts: [
          discount({ percentOff: 25, duration: 'repeating', endsAt: '2026-03-01T00:00:00.000Z' }),
        ],
      }),
    ],
    [
      'a repeating discount where only those for ever count',
      10_000,
      state([monthly(10_000)], {
        discounts: [
          discount({ percentOff: 25, duration: 'repeating', endsAt: '2026-03-02T00:00:00.000Z' }),
        ],
      }),
      { discounts: 'forever' },
    ],
    [
      "an item's discount comes before the subscription's",
      4000,
      state([monthly(10_000, { discounts: [discount({ percentOff: 50 })] })], {
        discounts: [discount({ amountOff: 1000, currency: 'usd' })],
      }),
    ],
    [
      '$12 off, split over $20 a month and $120 a year by what each is worth a month',
      // 2000 − 1200 × 2/3 + 1000 − (1200 / 12) × 1/3
      2167,
      state([monthly(2000), yearly(12_000)], {
        discounts: [discount({ amountOff: 1200, currency: 'usd' })],
      }),
    ],
    [
      'an amount off in another currency',
      5000,
      state([monthly(5000)], { discounts: [discount({ amountOff: 1000, currency: 'eur' })] }),
    ],
    [
      'more off than it costs',
      0,
      state([monthly(500)], { discounts: [discount({ amountOff: 1000, currency: 'usd' })] }),
    ],
    ['$119 with 19 % tax included', 10_000, state([monthly(11_900, { includedTaxPercent: 19 })])],
    [
      'an amount off a price that includes tax, which is off what is paid',
      9000,
      state([monthly(11_900, { includedTaxPercent: 19 })], {
        discounts: [discount({ amountOff: 1190, currency: 'usd' })],
      }),
    ],
    ['3 dinars of 1000 fils a month', 3000, state([monthly(3000, { currency: 'kwd' })])],
    // S4
    [
      '$50 past due after its grace',
      0,
      state([monthly(5000)], { status: 'past_due', graceUntil: '2026-03-01T00:00:00.000Z' }),
    ],
    ...['incomplete', 'incomplete_expired', 'paused', 'unpaid', 'canceled'].map(
      (status) =>
        [
          `$50 that is ${status}`,
          0,
          state([monthly(5000)], { status }),
        ] as (typeof vectors)[number],
    ),
    ['collection is paused', 0, state([monthly(5000)], { collectionPaused: 'void' })],
    [
      'collection is paused, where that counts',
      5000,
      state([monthly(5000)], { collectionPaused: 'void' }),
      { pausedCollection: 'included' },
    ],
  ]

for (const [title, expected, subscription, policy] of vectors) {
  test(`${title} comes to ${expected} a month`, (t) =>
    t.is(subscriptionMrr(subscription, NOW, { ...POLICY, ...policy }).amount, expected))
}

test('what is scheduled to end is not committed (S4, S19)', (t) => {
  const ending = subscriptionMrr(state([monthly(5000)], { cancelAtPeriodEnd: true }), NOW, POLICY)
  t.is(ending.committed, 0)
  t.is(subscriptionMrr(state([monthly(5000)]), NOW, POLICY).committed, 5000)
})

test('whoever pays nothing is a customer all the same; a trial is none (S5)', (t) => {
  t.true(subscriptionMrr(state([monthly(0)]), NOW, POLICY).isActive)
  t.false(subscriptionMrr(state([monthly(0)], { status: 'trialing' }), NOW, POLICY).isActive)
})

test('items stay exact (S1)', (t) => {
  const { items } = subscriptionMrr(state([monthly(1000, { interval: 'week' })]), NOW, POLICY)
  t.is(items[0]?.toFraction(), '13000/3')
})

test('grace and discounts end by the clock', (t) => {
  const late = state([monthly(10_000)], {
    status: 'past_due',
    graceUntil: '2026-03-15T00:00:00.000Z',
    discounts: [
      discount({ percentOff: 25, duration: 'repeating', endsAt: '2026-03-10T00:00:00.000Z' }),
    ],
  })
  const steps = timeline(late, NOW, POLICY).map(({ at, amount }) => [at.toISOString(), amount])
  t.deepEqual(steps, [
    ['2026-03-01T00:00:00.000Z', 7500],
    ['2026-03-10T00:00:00.000Z', 10_000],
    ['2026-03-15T00:00:00.000Z', 0],
  ])
})
