import type Stripe from 'stripe'
import { invalidRequest } from '../http/stripe-error.js'
import { collect } from '../invoices/collect.js'
import { finalize } from '../invoices/finalize.js'
import { voidInvoice } from '../invoices/give-up.js'
import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { changed } from './changed.js'
import { goOn } from './go-on.js'
import { draftRenewal } from './renew.js'

/** Seconds in which the invoice of a resumption has to be paid. */
const PAID_WITHIN = 23 * 3600

/**
 * Resumes a paused subscription: a new period begins, and it is active when that is paid. There is one invoice
 * for it: to resume again is to try that one again.
 *
 * @see https://docs.stripe.com/api/subscriptions/resume
 */
export function resume(
  tx: Transaction,
  subscription: Subscription,
  parameters: Stripe.SubscriptionResumeParams,
): void {
  if (subscription.status !== 'paused')
    throw invalidRequest('Only a paused subscription can be resumed.')
  const waiting = tx.maybe('invoice', subscription._resumption?.invoice)
  if (waiting?.status === 'open') {
    collect(tx, waiting)
    return changed(tx, subscription)
  }
  const anew = parameters.billing_cycle_anchor?.type !== 'unchanged'
  const ended = subscription.items.data.some((item) => item.current_period_end <= tx.now)
  if (!anew && !ended) return goOn(tx, subscription)
  subscription.billing_cycle_anchor = tx.now
  for (const item of subscription.items.data) item.current_period_end = tx.now
  const invoice = draftRenewal(tx, subscription)
  if (!invoice) return goOn(tx, subscription)
  subscription._resumption = { invoice: invoice.id, until: tx.now + PAID_WITHIN }
  finalize(tx, invoice)
  collect(tx, invoice)
  changed(tx, subscription)
}

/** The time to pay for a resumption is over: where that was not done, the subscription stays paused. */
export function giveResumptionUp(tx: Transaction, subscription: Subscription): void {
  const invoice = tx.maybe('invoice', subscription._resumption?.invoice)
  const settlesAt = tx.maybe('payment_intent', invoice?._payment_intent)?._settles_at
  if (invoice?.status === 'open' && settlesAt != null) {
    // A debit on its way may yet pay it.
    subscription._resumption = { invoice: invoice.id, until: settlesAt + 1 }
    return
  }
  delete subscription._resumption
  if (invoice?.status === 'open') voidInvoice(tx, invoice)
}
