import type { SubscriptionState } from '@titanforge/stripe'

type Item = SubscriptionState['items'][number]

/** An item of a subscription: what a plan grants. */
export const item = (
  name: string | null,
  features: string[] = [],
  limits: Record<string, number> = {},
): Item => ({
  priceId: `price_${name ?? 'unknown'}`,
  productId: 'prod_1',
  name,
  quantity: 1,
  unitAmount: 2000,
  currency: 'usd',
  interval: 'month',
  intervalCount: 1,
  metered: false,
  grants: { features, limits },
})

/** An active subscription to a plan, unless something else is said. */
export const state = (more: Partial<SubscriptionState> = {}): SubscriptionState => ({
  status: 'active',
  access: true,
  currentPeriodStart: null,
  currentPeriodEnd: null,
  cancelAtPeriodEnd: false,
  scheduledEnd: null,
  items: [item('Pro', ['agents'], { runs: 100 })],
  ...more,
})
