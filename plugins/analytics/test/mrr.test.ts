import type { SubscriptionItem, SubscriptionState } from '@titanforge/stripe'
import test from 'ava'
import { subscriptionMrr } from '../src/mrr.js'

const item = (more: Partial<SubscriptionItem>): SubscriptionItem => ({
  priceId: 'price_1',
  productId: 'prod_1',
  name: 'Pro',
  quantity: 1,
  unitAmount: 0,
  currency: 'usd',
  interval: 'month',
  intervalCount: 1,
  metered: false,
  grants: { features: [], limits: {} },
  ...more,
})

const state = (items: SubscriptionItem[], status = 'active'): SubscriptionState => ({
  status,
  access: true,
  currentPeriodStart: null,
  currentPeriodEnd: null,
  cancelAtPeriodEnd: false,
  scheduledEnd: null,
  items,
})

// Amounts in minor units.
const vectors: [title: string, expected: number, state: SubscriptionState][] = [
  ['3 × $30 a month', 9000, state([item({ unitAmount: 3000, quantity: 3 })])],
  ['$1,200 a year', 10_000, state([item({ unitAmount: 120_000, interval: 'year' })])],
  ['$10 a week', 4333, state([item({ unitAmount: 1000, interval: 'week' })])],
  ['$1 a day', 3042, state([item({ unitAmount: 100, interval: 'day' })])],
  ['¥1000 a month', 1000, state([item({ unitAmount: 1000, currency: 'jpy' })])],
  [
    'two items, $20 a month and $120 a year',
    3000,
    state([item({ unitAmount: 2000 }), item({ unitAmount: 12_000, interval: 'year' })]),
  ],
  ['$300 a quarter', 10_000, state([item({ unitAmount: 30_000, intervalCount: 3 })])],
  ['a trial of $50', 0, state([item({ unitAmount: 5000 })], 'trialing')],
  ['$50 that is past due', 5000, state([item({ unitAmount: 5000 })], 'past_due')],
  ['$50 that is cancelled', 0, state([item({ unitAmount: 5000 })], 'canceled')],
  ['metered', 0, state([item({ unitAmount: 5000, metered: true })])],
  ['a price that is not per unit', 0, state([item({ unitAmount: null })])],
  [
    'half a cent rounds up, once for all items',
    1,
    state([item({ unitAmount: 3, interval: 'year' }), item({ unitAmount: 3, interval: 'year' })]),
  ],
]

for (const [title, expected, subscription] of vectors) {
  test(`${title} is ${expected} a month`, (t) => t.is(subscriptionMrr(subscription), expected))
}
