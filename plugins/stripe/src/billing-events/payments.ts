import { defineEvent } from '@titanforge/core'
import { z } from 'zod'
import { about } from './about.js'
import { grants } from './subscriptions.js'

const isoDate = z.iso.datetime()

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
  schema: z.object({
    ...payment,
    paidAt: isoDate,
    /** Minor units of the amount that are tax, as far as known. */
    tax: z.number().int().optional(),
    /** Minor units that were asked for what was used, without billing credits and tax; only where there is any. */
    usage: z.number().int().optional(),
  }),
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

/** The bank of a known user has decided: the money is lost, or it stays. Once per dispute and decision. */
export const disputeClosed = defineEvent({
  name: 'billing.dispute_closed',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    disputeId: z.uuid(),
    paymentId: z.string(),
    outcome: z.enum(['lost', 'won']),
    amount: z.number().int(),
    currency: z.string(),
    closedAt: isoDate,
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

/** All that a known user has paid for a purchase went back, refunded or lost in a dispute. Once per purchase. */
export const purchaseReversed = defineEvent({
  name: 'billing.purchase_reversed',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    purchaseId: z.uuid(),
    /** The provider's id of the payment. */
    paymentId: z.string(),
    reversedAt: isoDate,
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
