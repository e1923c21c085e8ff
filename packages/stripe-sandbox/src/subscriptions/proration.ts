import { priceAmount } from '../billing/price-amount.js'
import { describe, pricingOf } from '../invoices/invoice-line.js'
import { blank } from '../spec/blank.js'
import type { Product, Subscription, SubscriptionItem } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** What a part of an item's period costs, or is given back for. */
export interface Prorated {
  item: SubscriptionItem
  /** The period that the price is for, in seconds. */
  period: { start: number; end: number }
  /** Seconds since the epoch from which the rest of the period counts. */
  from: number
  credit: boolean
}

/**
 * Puts the cost of the rest of a period among the customer's waiting invoice items, or gives it back.
 *
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 */
export function prorate(tx: Transaction, subscription: Subscription, part: Prorated): void {
  const { item, period, from, credit } = part
  const price = tx.get('price', item.price)
  if (price.recurring?.usage_type === 'metered') return
  const quantity = item.quantity ?? 1
  const share = (period.end - from) / (period.end - period.start)
  const amount = Math.round(priceAmount(price, quantity) * share)
  if (amount === 0) return
  const { name = price.product } = (tx.peek(price.product) as Product | undefined) ?? {}
  const day = new Date(from * 1000).toISOString().slice(0, 10)
  const description = credit
    ? `Unused time on ${quantity} × ${name} after ${day}`
    : `Remaining time on ${describe(tx, price, quantity)} after ${day}`
  const waiting = tx.add(
    'invoiceitem',
    blank('invoiceitem', {
      id: tx.id('invoiceitem'),
      amount: credit ? -amount : amount,
      currency: subscription.currency,
      customer: subscription.customer,
      date: tx.now,
      description,
      discountable: false,
      discounts: [],
      metadata: {},
      parent: {
        subscription_details: { subscription: subscription.id, subscription_item: item.id },
        type: 'subscription_details',
      },
      period: { start: from, end: period.end },
      pricing: pricingOf(price),
      proration: true,
      proration_details: { credited_items: null, discount_amounts: [] },
      quantity,
      quantity_decimal: String(quantity),
      tax_rates: [],
      test_clock: tx.moment.testClock,
    }),
  )
  tx.emit('invoiceitem.created', waiting)
}
