import { boundary } from '../billing/period.js'
import { priceAmount } from '../billing/price-amount.js'
import { collect, methodFor } from '../invoices/collect.js'
import { draftInvoice, DRAFT_FOR } from '../invoices/draft-invoice.js'
import { finalize } from '../invoices/finalize.js'
import { subscriptionLine, type Period } from '../invoices/invoice-line.js'
import { voidInvoice, markUncollectible } from '../invoices/give-up.js'
import { usageOf } from '../meters/usage.js'
import type { Invoice, InvoiceLine, Subscription, SubscriptionItem } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { changed } from './changed.js'
import { end } from './end.js'
import { isMetered, recurrenceOf } from './items.js'
import { pauseStatus } from './pause.js'
import { requirePaid } from './require-paid.js'
import { moveEnd } from './schedule-end.js'
import { usedFrom } from './usage-so-far.js'

/** Begins the next period of each item whose period is over, and drafts the invoice for it. */
export function renew(tx: Transaction, subscription: Subscription): void {
  if (subscription.status === 'trialing') return endTrial(tx, subscription)
  const invoice = draftRenewal(tx, subscription)
  changed(tx, subscription)
  if (invoice) holdBack(tx, subscription, invoice)
}

/**
 * The trial is over: the first paid period begins, or what was said for a missing payment method.
 *
 * @param behavior the `payment_behavior` of the request that ends it early.
 */
export function endTrial(tx: Transaction, subscription: Subscription, behavior?: string): void {
  const early = (subscription.trial_end ?? 0) > tx.now
  const missing = subscription.trial_settings?.end_behavior.missing_payment_method
  subscription.trial_end = tx.now
  for (const item of subscription.items.data) item.current_period_end = tx.now
  if (!hasMethod(tx, subscription) && missing === 'cancel')
    return end(tx, subscription, 'cancellation_requested')
  if (!hasMethod(tx, subscription) && missing === 'pause')
    return pauseStatus(tx, subscription, 'trial_end_without_payment_method')
  subscription.status = 'active'
  subscription.billing_cycle_anchor = tx.now
  const invoice = draftRenewal(tx, subscription)
  changed(tx, subscription)
  // Ending a trial by hand bills at once.
  if (!early || !invoice) return
  finalize(tx, invoice)
  collect(tx, invoice)
  requirePaid(tx, invoice, behavior)
}

/** The invoice for the periods that begin now; undefined where there is nothing to bill. */
export function draftRenewal(tx: Transaction, subscription: Subscription): Invoice | undefined {
  const due = subscription.items.data.filter((item) => item.current_period_end <= tx.now)
  const start = Math.min(...due.map((item) => item.current_period_start))
  const lines = due.flatMap((item) => linesFor(tx, subscription, item))
  moveEnd(subscription)
  if (lines.length === 0) return undefined
  const invoice = draftInvoice(tx, {
    customer: subscription.customer,
    currency: subscription.currency,
    billing_reason: 'subscription_cycle',
    lines,
    subscription,
    takesPending: true,
    fields: { automatically_finalizes_at: tx.now + DRAFT_FOR, period_start: start },
  })
  subscription.latest_invoice = invoice.id
  return invoice
}

/** Moves an item into its next period: the usage of the old one is billed, or the new one in advance. */
function linesFor(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
): InvoiceLine[] {
  const used: Period = { start: usedFrom(item), end: item.current_period_end }
  const next: Period = { start: used.end, end: endAfter(tx, subscription, item) }
  const hadPeriod = item.current_period_start < used.end
  item.current_period_start = next.start
  item.current_period_end = next.end
  const price = tx.get('price', item.price)
  const metered = isMetered(tx, item)
  // The first paid period of a metered item begins when its trial ends: nothing was used before.
  if (metered && !hadPeriod) return []
  const quantity = metered
    ? usageOf(tx, price.recurring?.meter ?? '', subscription.customer, used)
    : (item.quantity ?? 1)
  const amount = priceAmount(price, quantity)
  const period = metered ? used : next
  return [subscriptionLine(tx, subscription, item, { amount, period, quantity })]
}

/** The boundary after the item's period, counted from the anchor so that days of the month stay. */
function endAfter(tx: Transaction, subscription: Subscription, item: SubscriptionItem): number {
  const every = recurrenceOf(tx, item)
  const after = item.current_period_end
  const length = boundary(0, every, 1)
  let n = Math.max(0, Math.floor((after - subscription.billing_cycle_anchor) / length) - 1)
  while (boundary(subscription.billing_cycle_anchor, every, n) <= after) n += 1
  return boundary(subscription.billing_cycle_anchor, every, n)
}

/** Where collection is paused, or was given up, the invoice is not collected. */
function holdBack(tx: Transaction, subscription: Subscription, invoice: Invoice): void {
  const behavior = subscription.pause_collection?.behavior
  if (behavior === undefined && subscription.status !== 'unpaid') return
  invoice.auto_advance = false
  invoice.automatically_finalizes_at = null
  if (behavior === 'void') {
    finalize(tx, invoice)
    voidInvoice(tx, invoice)
  } else if (behavior === 'mark_uncollectible') {
    finalize(tx, invoice)
    markUncollectible(tx, invoice)
  }
}

function hasMethod(tx: Transaction, subscription: Subscription): boolean {
  const { customer, id } = subscription
  const parent = { subscription_details: { subscription: id, metadata: null }, quote_details: null }
  const wanted = { customer, parent: { ...parent, type: 'subscription_details' } }
  return methodFor(tx, wanted as unknown as Invoice) !== undefined
}
