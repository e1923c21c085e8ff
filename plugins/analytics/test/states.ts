import type { SubscriptionItem, SubscriptionState } from '@titanforge/stripe'

/** An item of a subscription: $0 a month, if nothing else is said. */
export const item = (more: Partial<SubscriptionItem> = {}): SubscriptionItem => ({
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

/** A subscription that is active, if nothing else is said. */
export const state = (
  items: SubscriptionItem[],
  more: Partial<SubscriptionState> = {},
): SubscriptionState => ({
  status: 'active',
  access: true,
  currentPeriodStart: null,
  currentPeriodEnd: null,
  cancelAtPeriodEnd: false,
  scheduledEnd: null,
  items,
  ...more,
})
