import type Stripe from 'stripe'
import { invalidRequest } from '../http/stripe-error.js'
import { collect } from '../invoices/collect.js'
import { finalize } from '../invoices/finalize.js'
import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { changed } from './changed.js'
import { draftChange } from './draft-change.js'
import { isMetered } from './items.js'
import { creditRest } from './proration.js'
import { chargeUsage } from './usage-so-far.js'

/**
 * Pauses a subscription when somebody asks for it. Unless the request says otherwise, the rest of what was
 * paid for is given back and the usage so far is charged, with the next invoice.
 *
 * @see https://docs.stripe.com/api/subscriptions/pause
 */
export function pause(
  tx: Transaction,
  subscription: Subscription,
  { bill_for, invoicing_behavior }: Stripe.SubscriptionPauseParams,
): void {
  if (!['active', 'trialing', 'past_due'].includes(subscription.status))
    throw invalidRequest(`A subscription with status ${subscription.status} cannot be paused.`)
  const unused = bill_for?.unused_time_from?.type ?? 'now'
  const usage = bill_for?.outstanding_usage_through?.type ?? 'now'
  for (const item of subscription.items.data) {
    const from = unused === 'item_current_period_start' ? item.current_period_start : tx.now
    if (isMetered(tx, item)) {
      delete item._debit
      if (usage === 'now') chargeUsage(tx, subscription, item, tx.now)
    } else if (unused !== 'none') creditRest(tx, subscription, item, from)
  }
  pauseStatus(tx, subscription, 'pause_requested')
  if (invoicing_behavior !== 'invoice') return
  const invoice = draftChange(tx, subscription)
  finalize(tx, invoice)
  collect(tx, invoice)
  changed(tx, subscription)
}

/** Pauses a subscription as such: it gives nothing and costs nothing until it is resumed. */
export function pauseStatus(
  tx: Transaction,
  subscription: Subscription,
  type: 'pause_requested' | 'trial_end_without_payment_method',
): void {
  subscription.status = 'paused'
  subscription.status_details = {
    paused: { subscription: { type }, transitioned_at: tx.now, type: 'subscription' },
  }
  tx.emit('customer.subscription.paused', subscription)
  changed(tx, subscription)
}
