import { defineEvent, token, type Transaction } from '@titanforge/core'
import { z } from 'zod'

const isoDate = z.iso.datetime()
/** Of a user: every event here is about one. */
const about = {
  key: (payload: { userId: string }) => payload.userId,
  userId: (payload: { userId: string }) => payload.userId,
}

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
  /** When access ends by the clock, where a payment is late. */
  graceUntil: isoDate.nullish(),
  /** When the trial ends or ended; null where there was none. */
  trialEnd: isoDate.nullish(),
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
    /** When the change took effect at the provider; never before an earlier revision's. */
    effectiveAt: isoDate,
    /** Null for a subscription's first event. */
    before: state.nullable(),
    after: state,
  }),
  key: (payload) => payload.subscriptionId,
  userId: (payload) => payload.userId,
})

const payment = {
  userId: z.uuid(),
  /** What is paid: an invoice of a subscription, or a purchase. */
  kind: z.enum(['invoice', 'purchase']),
  /** The provider's id of it. */
  paymentId: z.string(),
  /** Minor units. */
  amount: z.number().int(),
  currency: z.string(),
}

/** A payment of a known user arrived, once per invoice or purchase. */
export const paymentSucceeded = defineEvent({
  name: 'billing.payment_succeeded',
  version: 2,
  schema: z.object({ ...payment, paidAt: isoDate }),
  // Version 1 knew invoices only.
  upcast: (old) => {
    const { invoiceId, ...rest } = old as { invoiceId: string }
    return { ...rest, kind: 'invoice', paymentId: invoiceId }
  },
  ...about,
})

/** An attempt to collect a payment of a known user failed, once per invoice and attempt. */
export const paymentFailed = defineEvent({
  name: 'billing.payment_failed',
  version: 1,
  schema: z.object({
    ...payment,
    /** 1 for the first. */
    attempt: z.number().int(),
    failedAt: isoDate,
    /** When it is tried again; null where it is not. */
    nextAttemptAt: isoDate.nullable(),
    /** Where the customer can pay it. */
    payUrl: z.string().nullable(),
  }),
  ...about,
})

/** Money went back to a known user. What one payment's refunds add up to is its `amountRefunded`. */
export const refunded = defineEvent({
  name: 'billing.refunded',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    /** The provider's id of the payment. */
    paymentId: z.string(),
    /** Minor units that this event adds. */
    amount: z.number().int(),
    /** Minor units in all. */
    amountRefunded: z.number().int(),
    /** Whether nothing of the payment is left. */
    full: z.boolean(),
    currency: z.string(),
    refundedAt: isoDate,
  }),
  ...about,
})

/** A known user's bank takes a payment back, unless the provider is given evidence in time. */
export const disputeOpened = defineEvent({
  name: 'billing.dispute_opened',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    disputeId: z.uuid(),
    paymentId: z.string(),
    amount: z.number().int(),
    currency: z.string(),
    reason: z.string().nullable(),
    evidenceDueBy: isoDate.nullable(),
    openedAt: isoDate,
  }),
  ...about,
})

/** A known user has bought something once, and it is paid. */
export const purchaseCompleted = defineEvent({
  name: 'billing.purchase_completed',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    purchaseId: z.uuid(),
    amount: z.number().int(),
    currency: z.string(),
    items: z.array(
      z.object({
        priceId: z.string(),
        productId: z.string(),
        name: z.string(),
        quantity: z.number().int(),
        grants,
        /** The workflow that the purchase starts. */
        workflow: z.string().nullable(),
      }),
    ),
    purchasedAt: isoDate,
  }),
  ...about,
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

/** A user has used something that is charged by the unit. */
export const usageRecorded = defineEvent({
  name: 'billing.usage_recorded',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    /** The meter's event name at the provider. */
    meter: z.string().min(1).max(100),
    value: z.number().positive(),
    at: isoDate,
  }),
  ...about,
})
export type Usage = Parameters<NonNullable<typeof usageRecorded.key>>[0]

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
  /**
   * Has usage charged, together with what else the transaction does.
   *
   * @param id the caller's own id of the usage: it counts once.
   */
  recordUsage(tx: Transaction, usage: Usage, id?: string): Promise<void>
}
export const Billing = token<Billing>('Billing')
