import { boundary } from '../billing/period.js'
import { priceAmount } from '../billing/price-amount.js'
import { priceOf } from '../catalogue/price-of.js'
import { draftInvoice } from '../invoices/draft-invoice.js'
import { describe, pricingOf, subscriptionLine } from '../invoices/invoice-line.js'
import { blank } from '../spec/blank.js'
import type {
  Invoice,
  InvoiceLine,
  Price,
  Product,
  Subscription,
  SubscriptionItem,
} from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import type { CreateParameters } from './create.js'
import { isMetered, recurrenceOf } from './items.js'

/** The first invoice: the first period of each item, or the trial at no cost. Usage is billed later. */
export function firstInvoice(
  tx: Transaction,
  subscription: Subscription,
  parameters: Pick<CreateParameters, 'add_invoice_items' | 'proration_behavior'>,
  areAgreed: boolean,
): Invoice | undefined {
  for (const [index, extra] of (parameters.add_invoice_items ?? []).entries()) {
    const price = priceOf(tx, extra, `add_invoice_items[${index}]`, areAgreed)
    addItem(tx, subscription, price, extra.quantity ?? 1)
  }
  const items = subscription.items.data.filter((item) => !isMetered(tx, item))
  const free = parameters.proration_behavior === 'none'
  const lines = items.map((item) => firstLine(tx, subscription, item, free))
  if (lines.length === 0 && !parameters.add_invoice_items?.length) return undefined
  return draftInvoice(tx, {
    customer: subscription.customer,
    currency: subscription.currency,
    billing_reason: 'subscription_create',
    lines,
    subscription,
    takesPending: true,
  })
}

function firstLine(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  free: boolean,
): InvoiceLine {
  const { current_period_start: start, current_period_end: end, quantity = 1 } = item
  const period = { start, end }
  const price = tx.get('price', item.price)
  if (subscription.status === 'trialing') {
    const { name = price.product } = (tx.peek(price.product) as Product | undefined) ?? {}
    const description = `Trial period for ${name}`
    return subscriptionLine(tx, subscription, item, { amount: 0, period, quantity, description })
  }
  const whole = priceAmount(price, quantity)
  // Where the anchor lies ahead, the first period is a part of one.
  const from = boundary(end, recurrenceOf(tx, item), -1)
  const share = (end - start) / (end - from)
  const stub = subscription.billing_cycle_anchor > tx.now
  const amount = !stub ? whole : free ? 0 : Math.round(whole * share)
  return subscriptionLine(tx, subscription, item, { amount, period, quantity })
}

/** Something that is paid once, with the first invoice. */
function addItem(
  tx: Transaction,
  { customer, id }: Subscription,
  price: Price,
  quantity: number,
): void {
  tx.add(
    'invoiceitem',
    blank('invoiceitem', {
      id: tx.id('invoiceitem'),
      amount: priceAmount(price, quantity),
      currency: price.currency,
      customer,
      date: tx.now,
      description: describe(tx, price, quantity),
      discountable: true,
      discounts: [],
      metadata: {},
      parent: { subscription_details: { subscription: id }, type: 'subscription_details' },
      period: { start: tx.now, end: tx.now },
      pricing: pricingOf(price),
      quantity,
      quantity_decimal: String(quantity),
      tax_rates: [],
      test_clock: tx.moment.testClock,
    }),
  )
}
