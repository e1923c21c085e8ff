import type { SubscriptionItem, SubscriptionState, subscriptionChanged } from '@titanforge/stripe'

export type SubscriptionChange = Parameters<NonNullable<typeof subscriptionChanged.key>>[0]

const pro: SubscriptionItem = {
  priceId: 'price_pro',
  productId: 'prod_pro',
  name: 'Pro',
  quantity: 1,
  unitAmount: 2_900,
  currency: 'usd',
  interval: 'month',
  intervalCount: 1,
  metered: false,
  grants: { features: ['priority_support'], limits: { api_calls_per_minute: 1_000 } },
}

export const itemOf = (changes: Partial<SubscriptionItem> = {}): SubscriptionItem => ({
  ...pro,
  ...changes,
})

export const stateOf = (changes: Partial<SubscriptionState> = {}): SubscriptionState => ({
  status: 'active',
  access: true,
  currentPeriodStart: '2026-04-03T22:30:00Z',
  currentPeriodEnd: '2026-05-03T22:30:00Z',
  cancelAtPeriodEnd: false,
  scheduledEnd: null,
  items: [pro],
  ...changes,
})

/** What happened to a user's subscription. */
export function changeOf(
  subscriptionId: string,
  userId: string,
  changes: Partial<SubscriptionState> = {},
): SubscriptionChange {
  const effectiveAt = '2026-04-03T22:30:00Z'
  return { subscriptionId, userId, revision: 1, effectiveAt, before: null, after: stateOf(changes) }
}
