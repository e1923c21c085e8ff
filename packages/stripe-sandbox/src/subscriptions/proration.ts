import { priceAmount } from '../billing/price-amount.js'
import { amountsOff } from '../catalogue/amounts-off.js'
import { runningDiscounts } from '../invoices/draft-invoice.js'
import { describe } from '../invoices/invoice-line.js'
import { couponOf } from '../invoices/totals.js'
import type { Product, Subscription, SubscriptionItem } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { debitOf } from './debit.js'
import { isMetered } from './items.js'
import { addWaitingItem } from './waiting-item.js'

/**
 * Puts what is given back for the rest of what was charged for an item among the customer's waiting invoice
 * items.
 *
 * @param from seconds since the epoch.
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 */
export function creditRest(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  from: number,
): void {
  const debit = debitOf(tx, subscription, item)
  delete item._debit
  if (!debit || isMetered(tx, item)) return
  const { start, end } = debit.period
  const amount = Math.round((debit.amount * (end - Math.max(from, start))) / (end - start))
  if (amount <= 0) return
  const { quantity = 1, price: id } = item
  const { product } = tx.get('price', id)
  const { name = product } = (tx.peek(product) as Product | undefined) ?? {}
  addWaitingItem(tx, subscription, item, {
    proration: true,
    amount: -amount,
    description: `Unused time on ${quantity} × ${name} after ${dayOf(from)}`,
    period: { start: from, end },
    proration_details: { credited_items: debit.credited, discount_amounts: [] },
  })
}

/**
 * Puts the cost of the rest of an item's period, discounts taken off, among the customer's waiting invoice
 * items.
 *
 * @param from seconds since the epoch.
 */
export function chargeRest(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  from: number,
): void {
  delete item._debit
  if (isMetered(tx, item)) return
  const { quantity = 1, price, current_period_start: start, current_period_end: end } = item
  const rest = end - from
  // A paused subscription may be past the end of its period.
  if (rest <= 0) return
  const amount = Math.round((netAmount(tx, subscription, item) * rest) / (end - start))
  if (amount === 0) return
  item._debit = addWaitingItem(tx, subscription, item, {
    proration: true,
    amount,
    description: `Remaining time on ${describe(tx, tx.get('price', price), quantity)} after ${dayOf(from)}`,
    period: { start: from, end },
    proration_details: { credited_items: null, discount_amounts: [] },
  }).id
}

/** What an item costs in a whole period, its part of the subscription's discounts taken off. */
function netAmount(tx: Transaction, subscription: Subscription, item: SubscriptionItem): number {
  const items = subscription.items.data.filter((it) => !isMetered(tx, it))
  const parts = items.map(({ price: id, quantity = 1 }) => {
    const price = tx.get('price', id)
    return { amount: priceAmount(price, quantity), product: price.product }
  })
  for (const id of runningDiscounts(tx, subscription)) {
    const off = amountsOff(couponOf(tx, tx.get('discount', id)), parts)
    parts.forEach((part, index) => (part.amount -= off[index] ?? 0))
  }
  return parts[items.findIndex(({ id }) => id === item.id)]?.amount ?? 0
}

const dayOf = (moment: number) => new Date(moment * 1000).toISOString().slice(0, 10)
