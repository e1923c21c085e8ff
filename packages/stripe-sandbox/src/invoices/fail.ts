import { followFailed } from '../subscriptions/follow-invoice.js'
import type { Invoice } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { subscriptionOf } from './draft-invoice.js'

/** A payment of an invoice failed: the next attempt is planned, and the subscription follows. */
export function fail(tx: Transaction, invoice: Invoice): void {
  planRetry(tx, invoice)
  tx.emit('invoice.payment_failed', invoice)
  followFailed(tx, invoice)
}

/** The customer has to authenticate the payment. A first invoice waits; a renewal counts as failed too. */
export function needAction(tx: Transaction, invoice: Invoice): void {
  const first = subscriptionOf(tx, invoice)?.status === 'incomplete'
  if (!first) planRetry(tx, invoice)
  tx.emit('invoice.payment_action_required', invoice)
  if (first) return
  tx.emit('invoice.payment_failed', invoice)
  followFailed(tx, invoice)
}

/**
 * When a renewal is tried again, by the account's settings. A subscription's first invoice is the customer's to
 * pay, within 23 hours; so is one that resumes a subscription whether it is paid or not.
 *
 * @see https://docs.stripe.com/billing/revenue-recovery/smart-retries
 */
function planRetry(tx: Transaction, invoice: Invoice): void {
  const automatic = invoice.collection_method === 'charge_automatically' && invoice.auto_advance
  const { status, _resumption } = subscriptionOf(tx, invoice) ?? {}
  const resumes = _resumption?.invoice === invoice.id && !_resumption.onSuccess
  const waits = status === 'incomplete' || resumes
  const days = tx.settings.dunning.retry_days[invoice.attempt_count - 1]
  invoice.next_payment_attempt =
    automatic && !waits && days !== undefined ? tx.now + days * 86_400 : null
}
