import { token, type Transaction } from '@titanforge/core'
import type { Usage } from './billing-events/payments.js'

export {
  disputeClosed,
  disputeOpened,
  paymentFailed,
  paymentSucceeded,
  purchaseCompleted,
  purchaseReversed,
  refunded,
  usageRecorded,
  type Usage,
} from './billing-events/payments.js'
export {
  featuresChanged,
  subscriptionChanged,
  trialEnding,
  type Discount,
  type Grants,
  type Pricing,
  type SubscriptionItem,
  type SubscriptionState,
} from './billing-events/subscriptions.js'

export interface SubscriptionSummary {
  id: string
  /** The price that is paid, as a product of the catalogue; null, as its name, where that does not know it. */
  productId: string | null
  plan: string | null
  status: string
  currentPeriodStart: Date | null
  currentPeriodEnd: Date | null
  cancelAtPeriodEnd: boolean
  scheduledEnd: Date | null
}

/** What customers pay for. */
export interface Billing {
  /** A user's subscriptions: those that go on charging first, what is over last; among equals the newest first. */
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
