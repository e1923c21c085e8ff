import type Stripe from 'stripe'
import { invalidRequest } from '../http/stripe-error.js'
import { collect } from '../invoices/collect.js'
import { finalize } from '../invoices/finalize.js'
import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { changed } from './changed.js'
import { draftRenewal } from './renew.js'

/** Resumes a paused subscription: a new period begins, and it is active when that is paid. */
export function resume(
  tx: Transaction,
  subscription: Subscription,
  parameters: Stripe.SubscriptionResumeParams,
): void {
  if (subscription.status !== 'paused')
    throw invalidRequest('Only a paused subscription can be resumed.')
  const anew = parameters.billing_cycle_anchor?.type !== 'unchanged'
  const ended = subscription.items.data.some((item) => item.current_period_end <= tx.now)
  if (!anew && !ended) return active(tx, subscription)
  subscription.billing_cycle_anchor = tx.now
  for (const item of subscription.items.data) item.current_period_end = tx.now
  const invoice = draftRenewal(tx, subscription)
  if (!invoice) return active(tx, subscription)
  finalize(tx, invoice)
  collect(tx, invoice)
  changed(tx, subscription)
}

function active(tx: Transaction, subscription: Subscription): void {
  subscription.status = 'active'
  delete subscription.status_details
  changed(tx, subscription)
  tx.emit('customer.subscription.resumed', subscription)
}
