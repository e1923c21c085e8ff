import { defineEvent, token, type Transaction } from '@titanforge/core'
import { z } from 'zod'

const isoDate = z.iso.datetime()

/** What a plan gives: feature flags, and limits by name. */
export const grants = z.object({
  features: z.array(z.string()),
  limits: z.record(z.string(), z.number().int()),
})
export type Grants = z.infer<typeof grants>

const item = z.object({
  priceId: z.string(),
  productId: z.string(),
  /** The plan's name; null while the product is not known. */
  name: z.string().nullable(),
  quantity: z.number().int(),
  /** Minor units; null for prices that are not per unit. */
  unitAmount: z.number().int().nullable(),
  currency: z.string(),
  interval: z.enum(['day', 'week', 'month', 'year']).nullable(),
  intervalCount: z.number().int(),
  metered: z.boolean(),
  grants,
})
export type SubscriptionItem = z.infer<typeof item>

const state = z.object({
  /** The payment provider's word; an unknown one gives no access. */
  status: z.string(),
  /** Whether this status pays for the plan now. */
  access: z.boolean(),
  currentPeriodStart: isoDate.nullable(),
  currentPeriodEnd: isoDate.nullable(),
  cancelAtPeriodEnd: z.boolean(),
  /** When access ends by the clock, where an end is scheduled. */
  scheduledEnd: isoDate.nullable(),
  items: z.array(item),
})
export type SubscriptionState = z.infer<typeof state>

/** A subscription of a known user changed. Carries the whole state, so listeners need ask nobody. */
export const subscriptionChanged = defineEvent({
  name: 'billing.subscription_changed',
  version: 1,
  schema: z.object({
    subscriptionId: z.uuid(),
    userId: z.uuid(),
    /** Grows with every change of the subscription: a listener ignores what is not newer than it knows. */
    revision: z.number().int(),
    /** When the change took effect at the provider. */
    effectiveAt: isoDate,
    /** Null for a subscription's first event. */
    before: state.nullable(),
    after: state,
  }),
  key: (payload) => payload.subscriptionId,
  userId: (payload) => payload.userId,
})

/** A payment of a known user arrived, once per invoice. */
export const paymentSucceeded = defineEvent({
  name: 'billing.payment_succeeded',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    /** The provider's id of what was paid. */
    invoiceId: z.string(),
    /** Minor units. */
    amount: z.number().int(),
    currency: z.string(),
    paidAt: isoDate,
  }),
  key: (payload) => payload.userId,
  userId: (payload) => payload.userId,
})

export interface SubscriptionSummary {
  id: string
  plan: string | null
  status: string
  currentPeriodStart: Date | null
  currentPeriodEnd: Date | null
  cancelAtPeriodEnd: boolean
  scheduledEnd: Date | null
}

/** What customers pay for. */
export interface Billing {
  /** A user's subscriptions, newest first. */
  subscriptionsOf(userId: string): Promise<SubscriptionSummary[]>
  /**
   * Says that `reference` (a Checkout Session's `client_reference_id`, or `metadata.account_id`) means this
   * user. A user's own id needs no such word.
   */
  linkReference(tx: Transaction, userId: string, reference: string): Promise<void>
}
export const Billing = token<Billing>('Billing')
