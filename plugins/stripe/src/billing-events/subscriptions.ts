import { defineEvent } from '@titanforge/core'
import { z } from 'zod'
import { about } from './about.js'

const isoDate = z.iso.datetime()

/** What a plan gives: feature flags, and limits by name. */
export const grants = z.object({
  features: z.array(z.string()),
  limits: z.record(z.string(), z.number().int()),
})
export type Grants = z.infer<typeof grants>

/** A price that is not simply an amount for each unit. Amounts are minor units as decimals. */
const pricing = z.object({
  /** What one unit costs, where that may have decimals; null for prices in tiers. */
  unitAmount: z.string().nullable(),
  /** Whether the quantity decides on one tier for all units, or fills one tier after the other. */
  tiersMode: z.enum(['volume', 'graduated']).nullable(),
  tiers: z.array(
    z.object({
      /** The last unit of the tier; null for the last tier. */
      upTo: z.number().int().nullable(),
      unitAmount: z.string().nullable(),
      flatAmount: z.string().nullable(),
    }),
  ),
  /** How many units are sold as one, and what a part of a package counts as. */
  package: z.object({ size: z.number().int(), round: z.enum(['up', 'down']) }).nullable(),
})
export type Pricing = z.infer<typeof pricing>

const discount = z.object({
  duration: z.string(),
  percentOff: z.number().nullable(),
  /** Minor units a billing period. */
  amountOff: z.number().int().nullable(),
  currency: z.string().nullable(),
  endsAt: isoDate.nullable(),
})
export type Discount = z.infer<typeof discount>

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
  /** Only where the price is not `unitAmount` for each unit. */
  pricing: pricing.optional(),
  /** Only where there are any. */
  discounts: z.array(discount).optional(),
  /** Percent that the price includes, where it includes tax of a known rate. */
  includedTaxPercent: z.number().optional(),
  grants,
})
export type SubscriptionItem = z.infer<typeof item>

const state = z.object({
  /** The payment provider's word; an unknown one changes no access. */
  status: z.string(),
  /** Whether this status pays for the plan now. */
  access: z.boolean(),
  currentPeriodStart: isoDate.nullable(),
  currentPeriodEnd: isoDate.nullable(),
  cancelAtPeriodEnd: z.boolean(),
  /** When access ends by the clock, where an end is scheduled. */
  scheduledEnd: isoDate.nullable(),
  /** When access ends by the clock, where a payment is late. */
  graceUntil: isoDate.nullish(),
  /** When the trial ends or ended; null where there was none. */
  trialEnd: isoDate.nullish(),
  items: z.array(item),
  /** Those of the subscription, or else of its customer; only where there are any. */
  discounts: z.array(discount).optional(),
  /** What becomes of the invoices while nothing is collected; only where collection is paused. */
  collectionPaused: z.string().optional(),
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
    /** When the change took effect at the provider; never before an earlier revision's. */
    effectiveAt: isoDate,
    /** Null for a subscription's first event. */
    before: state.nullable(),
    after: state,
  }),
  key: (payload) => payload.subscriptionId,
  userId: (payload) => payload.userId,
})

/** A known user's trial ends soon, once per end. */
export const trialEnding = defineEvent({
  name: 'billing.trial_ending',
  version: 1,
  schema: z.object({ userId: z.uuid(), subscriptionId: z.uuid(), trialEnd: isoDate }),
  ...about,
})

/** What the provider itself says that a known user is entitled to, beside what the plans grant. */
export const featuresChanged = defineEvent({
  name: 'billing.features_changed',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    sourceId: z.uuid(),
    /** Grows with every change of the source. */
    revision: z.number().int(),
    features: z.array(z.string()),
  }),
  ...about,
})
