import { invalidRequest } from '../http/stripe-error.js'
import { collect } from '../invoices/collect.js'
import { finalize } from '../invoices/finalize.js'
import { subscriptionLine } from '../invoices/invoice-line.js'
import { priceAmount } from '../billing/price-amount.js'
import type { InvoiceLine, Subscription, SubscriptionItem } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { changesRhythm, type ItemPair } from './change-items.js'
import { draftChange } from './draft-change.js'
import { isMetered, setPeriods } from './items.js'
import { chargeRest, creditRest } from './proration.js'
import { requirePaid } from './require-paid.js'
import { moveEnd } from './schedule-end.js'
import type { UpdateParameters } from './update.js'

type Choices = Pick<
  UpdateParameters,
  'billing_cycle_anchor' | 'payment_behavior' | 'proration_behavior' | 'proration_date'
>

/**
 * Bills what a change of items costs: now where the cycle begins anew or the request says so, else later.
 *
 * A paused subscription begins no period and makes no invoice until it is resumed. What becomes of a change of
 * it is not documented: here nothing is prorated where the pause gave the unused time back; else prorations
 * wait for the resumption. What would begin a period is refused.
 *
 * @see https://docs.stripe.com/api/subscriptions/object#subscription_object-status
 */
export function billChange(
  tx: Transaction,
  subscription: Subscription,
  pairs: readonly ItemPair[],
  choices: Choices,
): void {
  const { proration_behavior: behavior = 'create_prorations', payment_behavior } = choices
  if (payment_behavior === 'pending_if_incomplete')
    throw invalidRequest(
      'The sandbox has no pending updates; use another payment_behavior.',
      'payment_behavior',
    )
  const anew =
    choices.billing_cycle_anchor?.type === 'now' || pairs.some((pair) => changesRhythm(tx, pair))
  const paused = subscription.status === 'paused'
  if (paused && anew)
    throw invalidRequest('A paused subscription begins no new period. Resume it first.')
  const trialing = subscription.status === 'trialing'
  if (trialing || !anew) inheritPeriods(tx, subscription, pairs)
  moveEnd(subscription)
  if (trialing) return
  const from = choices.proration_date ?? tx.now
  requireInPeriod(pairs, choices.proration_date)
  const prorates = behavior !== 'none'
  if (anew) {
    if (prorates) creditAll(tx, subscription, pairs, from)
    subscription.billing_cycle_anchor = tx.now
    setPeriods(tx, subscription)
    moveEnd(subscription)
    return billNow(tx, subscription, fullLines(tx, subscription), choices)
  }
  const changed = pairs.filter(({ before, after }) => !isSame(before, after))
  if (!prorates || changed.length === 0 || (paused && isGivenBack(subscription, pairs))) return
  for (const { before, after } of changed) {
    if (before) creditRest(tx, subscription, before, from)
    if (after) chargeRest(tx, subscription, after, from)
  }
  if (behavior === 'always_invoice' && !paused) billNow(tx, subscription, [], choices)
}

function requireInPeriod(pairs: readonly ItemPair[], date: number | undefined): void {
  const periods = pairs.flatMap(({ before }) => (before ? [periodOf(before)] : []))
  if (date === undefined || periods.every(({ start, end }) => start <= date && date <= end)) return
  throw invalidRequest(
    'Invalid proration date. It must lie in the current period of the subscription.',
    'proration_date',
  )
}

const isSame = (before?: SubscriptionItem, after?: SubscriptionItem) =>
  before?.price === after?.price && before?.quantity === after?.quantity

/** Whether nothing is left of what the items were charged with. */
const isGivenBack = ({ items }: Subscription, pairs: readonly ItemPair[]) =>
  [...items.data, ...pairs.map(({ before }) => before)].every((item) => item?._debit === undefined)

/** Gives back the rest of every period that ends with the old cycle. */
function creditAll(
  tx: Transaction,
  subscription: Subscription,
  pairs: readonly ItemPair[],
  from: number,
): void {
  for (const { before } of pairs) if (before) creditRest(tx, subscription, before, from)
  for (const item of subscription.items.data)
    if (pairs.every(({ after }) => after !== item)) creditRest(tx, subscription, item, from)
}

const periodOf = (item: SubscriptionItem) => ({
  start: item.current_period_start,
  end: item.current_period_end,
})

/** A new item runs in the period that its subscription is in. */
function inheritPeriods(
  tx: Transaction,
  subscription: Subscription,
  pairs: readonly ItemPair[],
): void {
  const added = pairs.flatMap(({ before, after }) => (before || !after ? [] : [after]))
  if (added.length === 0) return
  const kept = subscription.items.data.map((item) => ({ item, ...periodOf(item) }))
  if (subscription.status !== 'trialing') setPeriods(tx, subscription)
  for (const { item, start, end } of kept) {
    const isNew = added.includes(item)
    if (isNew && subscription.status !== 'trialing') continue
    item.current_period_start = isNew ? tx.now : start
    item.current_period_end = isNew ? (subscription.trial_end ?? end) : end
  }
}

function fullLines(tx: Transaction, subscription: Subscription): InvoiceLine[] {
  return subscription.items.data
    .filter((item) => !isMetered(tx, item))
    .map((item) => {
      const quantity = item.quantity ?? 1
      const amount = priceAmount(tx.get('price', item.price), quantity)
      return subscriptionLine(tx, subscription, item, { amount, period: periodOf(item), quantity })
    })
}

/** Invoices and collects at once. */
function billNow(
  tx: Transaction,
  subscription: Subscription,
  lines: InvoiceLine[],
  { payment_behavior }: Choices,
): void {
  const invoice = draftChange(tx, subscription, lines)
  finalize(tx, invoice)
  if (payment_behavior === 'default_incomplete' && invoice.amount_due > 0) return
  if (subscription.collection_method === 'send_invoice' && invoice.amount_due > 0) return
  collect(tx, invoice)
  requirePaid(tx, invoice, payment_behavior)
}
