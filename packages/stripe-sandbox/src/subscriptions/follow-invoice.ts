import { subscriptionOf } from '../invoices/draft-invoice.js'
import type { Invoice } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { changed } from './changed.js'
import { end } from './end.js'
import { goOn, isResumption } from './go-on.js'

/**
 * A paid invoice makes its subscription active: the first one, the one that was missing, and the one that a
 * resumption waits for. Any other leaves a paused subscription paused.
 *
 * @see https://docs.stripe.com/billing/subscriptions/pause
 */
export function followPaid(tx: Transaction, invoice: Invoice): void {
  const subscription = subscriptionOf(tx, invoice)
  if (!subscription) return
  if (isResumption(subscription, invoice)) return goOn(tx, subscription)
  if (subscription.latest_invoice !== invoice.id) return
  if (!['incomplete', 'past_due', 'unpaid'].includes(subscription.status)) return
  subscription.status = 'active'
  changed(tx, subscription)
}

/**
 * An unpaid invoice makes its subscription late; after the last attempt, what the settings say. A resumption
 * that does not insist on the payment leaves it late too.
 */
export function followFailed(tx: Transaction, invoice: Invoice): void {
  const subscription = subscriptionOf(tx, invoice)
  if (!subscription) return
  if (isResumption(subscription, invoice) && !subscription._resumption?.onSuccess)
    return goOn(tx, subscription, 'past_due')
  if (!['active', 'trialing', 'past_due'].includes(subscription.status)) return
  const { then } = tx.settings.dunning
  const isLast = invoice.next_payment_attempt === null
  if (isLast && then === 'cancel') return end(tx, subscription, 'payment_failed')
  subscription.status = isLast && then === 'unpaid' ? 'unpaid' : 'past_due'
  changed(tx, subscription)
}
