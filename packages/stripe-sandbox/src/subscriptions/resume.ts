import type Stripe from 'stripe'
import { invalidRequest } from '../http/stripe-error.js'
import { collect } from '../invoices/collect.js'
import { finalize } from '../invoices/finalize.js'
import { voidInvoice } from '../invoices/give-up.js'
import type { Invoice, Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { changed } from './changed.js'
import { debitOf } from './debit.js'
import { draftChange } from './draft-change.js'
import { goOn } from './go-on.js'
import { isMetered, setPeriods } from './items.js'
import { chargeRest } from './proration.js'
import { draftRenewal } from './renew.js'
import { moveEnd } from './schedule-end.js'
import { chargeUsage } from './usage-so-far.js'

/** Seconds in which the invoice of a resumption has to be tried. */
const TRIED_WITHIN = 23 * 3600

/**
 * Resumes a paused subscription: at once where that costs nothing now, else when its invoice is paid. There is
 * one invoice for it: to resume again is to go on with that one.
 *
 * The request itself charges only with `resume_on_payment_success`. Without it the invoice waits for somebody
 * to pay it; the first attempt resumes the subscription, as past_due where it fails.
 *
 * @see https://docs.stripe.com/api/subscriptions/resume
 */
export function resume(
  tx: Transaction,
  subscription: Subscription,
  given: Stripe.SubscriptionResumeParams,
): void {
  if (subscription.status !== 'paused')
    throw invalidRequest('Only a paused subscription can be resumed.')
  if (subscription.collection_method !== 'charge_automatically')
    throw invalidRequest('Only a subscription that is charged automatically can be resumed.')
  const onSuccess = given.payment_behavior === 'resume_on_payment_success'
  const before = tx.maybe('invoice', subscription._resumption?.invoice)
  const waiting = before?.status === 'open' ? before : undefined
  const invoice = waiting ?? draftResumption(tx, subscription, given)
  if (!invoice) return goOn(tx, subscription)
  const until = waiting ? (subscription._resumption?.until ?? null) : tx.now + TRIED_WITHIN
  subscription._resumption = { invoice: invoice.id, until, onSuccess }
  if (!waiting) finalize(tx, invoice)
  if (onSuccess || invoice.amount_due === 0) collect(tx, invoice)
  changed(tx, subscription)
}

/** The invoice that the resumption waits for; undefined where nothing is billed now. */
function draftResumption(
  tx: Transaction,
  subscription: Subscription,
  given: Stripe.SubscriptionResumeParams,
): Invoice | undefined {
  if (given.billing_cycle_anchor?.type !== 'unchanged') {
    subscription.billing_cycle_anchor = tx.now
    for (const item of subscription.items.data) item.current_period_end = tx.now
    return draftRenewal(tx, subscription)
  }
  moveOn(tx, subscription, given)
  if (given.proration_behavior !== 'always_invoice') return undefined
  return draftChange(tx, subscription)
}

/** Moves the items into the periods that hold now, and charges for what is left of them and was not paid. */
function moveOn(
  tx: Transaction,
  subscription: Subscription,
  { proration_behavior: behavior, proration_date: from = tx.now }: Stripe.SubscriptionResumeParams,
): void {
  for (const item of subscription.items.data)
    if (isMetered(tx, item) && item.current_period_end <= tx.now)
      chargeUsage(tx, subscription, item, item.current_period_end)
  setPeriods(tx, subscription)
  moveEnd(subscription)
  if (behavior === 'none') return
  for (const item of subscription.items.data) {
    const paidUntil = debitOf(tx, subscription, item)?.period.end ?? 0
    if (paidUntil <= from) chargeRest(tx, subscription, item, from)
  }
}

/** The time to try a resumption's invoice is over: where nobody did, the subscription stays paused. */
export function giveResumptionUp(tx: Transaction, subscription: Subscription): void {
  const resumption = subscription._resumption
  const invoice = tx.maybe('invoice', resumption?.invoice)
  const intent = tx.maybe('payment_intent', invoice?._payment_intent)
  if (resumption && invoice?.status === 'open' && intent) {
    // A debit on its way may yet pay it.
    if (intent._settles_at != null) {
      resumption.until = intent._settles_at + 1
      return
    }
    if (intent.last_payment_error || intent.status === 'requires_action') {
      resumption.until = null
      return
    }
  }
  delete subscription._resumption
  if (invoice?.status === 'open') voidInvoice(tx, invoice)
}
