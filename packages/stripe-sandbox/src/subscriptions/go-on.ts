import { subscriptionOf } from '../invoices/draft-invoice.js'
import type { Invoice, Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { changed } from './changed.js'

/**
 * An invoice that is written off resumes the subscription that waits for it, as if it were paid.
 *
 * @see https://docs.stripe.com/api/subscriptions/resume
 */
export function followWrittenOff(tx: Transaction, invoice: Invoice): void {
  const subscription = subscriptionOf(tx, invoice)
  if (subscription && isResumption(subscription, invoice)) goOn(tx, subscription)
}

/** Ends a subscription's pause. */
export function goOn(
  tx: Transaction,
  subscription: Subscription,
  status: 'active' | 'past_due' = 'active',
): void {
  subscription.status = status
  delete subscription.status_details
  delete subscription._resumption
  changed(tx, subscription)
  tx.emit('customer.subscription.resumed', subscription)
}

/** Whether a paused subscription waits for this invoice. */
export const isResumption = ({ status, _resumption }: Subscription, { id }: Invoice) =>
  status === 'paused' && _resumption?.invoice === id
