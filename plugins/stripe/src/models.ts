import { defineModel } from '@titanforge/database'

declare module '@titanforge/database' {
  interface Models {
    Product: ProductRow
    Subscription: SubscriptionRow
  }
}

/** One row a Stripe price. */
export interface ProductRow {
  id: string
  name: string
  description: string | null
  type: 'subscription' | 'one_time_purchase'
  stripePriceId: string
  currency: string
  /** Minor units; a string, as PostgreSQL's bigint comes. */
  unitAmount: string | null
  interval: string | null
  intervalCount: number
  isActive: boolean
  features: string[]
  limits: Record<string, number>
  /** For how many days a user can try it. */
  trialDays: number
  livemode: boolean
}

export const Product = defineModel<ProductRow>({
  name: 'Product',
  table: 'products',
  attributes: (types) => ({
    id: { type: types.UUID, primaryKey: true },
    name: types.TEXT,
    description: types.TEXT,
    type: types.TEXT,
    stripePriceId: types.STRING,
    currency: types.TEXT,
    unitAmount: types.BIGINT,
    interval: types.TEXT,
    intervalCount: types.INTEGER,
    isActive: types.BOOLEAN,
    features: types.JSONB,
    limits: types.JSONB,
    trialDays: types.INTEGER,
    livemode: types.BOOLEAN,
  }),
})

export interface SubscriptionRow {
  id: string
  userId: string | null
  productId: string | null
  stripeSubscriptionId: string
  status: string
  currentPeriodStart: Date | null
  currentPeriodEnd: Date | null
  cancelAtPeriodEnd: boolean
  createdAt: Date
  updatedAt: Date
}

export const Subscription = defineModel<SubscriptionRow>({
  name: 'Subscription',
  table: 'subscriptions',
  attributes: (types) => ({
    id: { type: types.UUID, primaryKey: true },
    userId: types.UUID,
    productId: types.UUID,
    stripeSubscriptionId: types.STRING,
    status: types.TEXT,
    currentPeriodStart: types.DATE,
    currentPeriodEnd: types.DATE,
    cancelAtPeriodEnd: types.BOOLEAN,
    createdAt: types.DATE,
    updatedAt: types.DATE,
  }),
})
