import { refreshEntitlements } from '../entitlements/refresh.js'
import { subscriptionOf } from '../invoices/draft-invoice.js'
import { voidInvoice } from '../invoices/give-up.js'
import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

type Reason = NonNullable<NonNullable<Subscription['cancellation_details']>['reason']>

/** Ends a subscription for good. Its open invoices are collected no more by themselves. */
export function end(tx: Transaction, subscription: Subscription, reason: Reason): void {
  subscription.status = 'canceled'
  subscription.ended_at = tx.now
  subscription.canceled_at ??= tx.now
  delete subscription.status_details
  const details = subscription.cancellation_details ?? NO_DETAILS
  subscription.cancellation_details = { ...details, reason: details.reason ?? reason }
  for (const invoice of tx.find(
    'invoice',
    ({ status }) => status === 'open' || status === 'draft',
  )) {
    if (subscriptionOf(tx, invoice)?.id !== subscription.id) continue
    invoice.auto_advance = false
    invoice.next_payment_attempt = null
    invoice.automatically_finalizes_at = null
    tx.emit('invoice.updated', invoice)
  }
  tx.emit('customer.subscription.deleted', subscription)
  refreshEntitlements(tx, subscription.customer)
}

/** A first payment that did not come within 23 hours: the subscription never was. */
export function expireIncomplete(tx: Transaction, subscription: Subscription): void {
  subscription.status = 'incomplete_expired'
  subscription.ended_at = tx.now
  tx.emit('customer.subscription.updated', subscription)
  const invoice = tx.maybe('invoice', subscription.latest_invoice)
  if (invoice?.status === 'open') voidInvoice(tx, invoice)
}

export const NO_DETAILS = { comment: null, feedback: null, feedback_option: null, reason: null }
