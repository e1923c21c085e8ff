import { subscriptionOf } from '../invoices/draft-invoice.js'
import type { Invoice, Subscription } from '../world/kinds.js'
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
  keepMethod(tx, subscription, invoice)
  if (isResumption(subscription, invoice)) return goOn(tx, subscription)
  const isLate = ['incomplete', 'past_due', 'unpaid'].includes(subscription.status)
  if (subscription.latest_invoice === invoice.id && isLate) subscription.status = 'active'
  changed(tx, subscription)
}

/** What paid becomes the subscription's own payment method, where that was asked for. */
function keepMethod(tx: Transaction, subscription: Subscription, invoice: Invoice): void {
  if (subscription.payment_settings?.save_default_payment_method !== 'on_subscription') return
  const intent = tx.maybe('payment_intent', invoice._payment_intent)
  const method = tx.maybe('payment_method', intent?.payment_method)
  if (intent?.status === 'succeeded' && method?.customer === subscription.customer)
    subscription.default_payment_method = method.id
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
