import { decimalsOf } from '@titanforge/core/currency'
import { blank } from '../spec/blank.js'
import type {
  InvoiceItem,
  InvoiceLine,
  Price,
  Product,
  Subscription,
  SubscriptionItem,
} from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

export interface Period {
  start: number
  end: number
}

/** A line for an item of a subscription over a period; the item remembers what it was charged with. */
export function subscriptionLine(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  fields: { amount: number; period: Period; quantity: number; description?: string },
): InvoiceLine {
  const price = tx.get('price', item.price)
  const { amount, period, quantity, description = describe(tx, price, quantity) } = fields
  const made = line(tx, price, {
    amount,
    currency: subscription.currency,
    description,
    metadata: { ...subscription.metadata },
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: { credited_items: null },
        subscription: subscription.id,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period,
    quantity,
    subscription: subscription.id,
  })
  item._debit = made.id
  return made
}

/** An invoice item that is put on an invoice becomes a line of it. */
export function itemLine(tx: Transaction, item: InvoiceItem): InvoiceLine {
  const { subscription = null, subscription_item } = item.parent?.subscription_details ?? {}
  const details = {
    invoice_item: item.id,
    proration: item.proration,
    proration_details: {
      credited_items: item.proration_details?.credited_items?.invoice_line_item_details ?? null,
    },
    subscription,
  }
  const price = item.pricing?.price_details?.price
  return line(tx, price === undefined ? undefined : tx.get('price', price), {
    amount: item.amount,
    currency: item.currency,
    description: item.description,
    discountable: item.discountable,
    metadata: { ...item.metadata },
    parent: subscription_item
      ? {
          invoice_item_details: null,
          subscription_item_details: { ...details, subscription_item },
          type: 'subscription_item_details',
        }
      : {
          invoice_item_details: details,
          subscription_item_details: null,
          type: 'invoice_item_details',
        },
    period: item.period,
    quantity: item.quantity,
    subscription,
  })
}

function line(
  tx: Transaction,
  price: Price | undefined,
  fields: Partial<InvoiceLine> & { amount: number; quantity: number },
): InvoiceLine {
  const { amount, quantity } = fields
  return blank<InvoiceLine>('line_item', {
    id: tx.id('line_item'),
    discount_amounts: [],
    discountable: true,
    pretax_credit_amounts: [],
    pricing: price ? pricingOf(price) : null,
    quantity_decimal: String(quantity),
    subtotal: amount,
    taxes: [],
    ...fields,
  })
}

export const pricingOf = (price: Price) => ({
  price_details: { price: price.id, product: price.product },
  type: 'price_details' as const,
  unit_amount_decimal: price.unit_amount_decimal,
})

/** As Stripe words it: "2 × Pro (at 20.00 USD / month)". */
export function describe(tx: Transaction, price: Price, quantity: number): string {
  const { name = price.product } = (tx.peek(price.product) as Product | undefined) ?? {}
  const currency = price.currency.toUpperCase()
  const digits = decimalsOf(currency)
  const each = `${((price.unit_amount ?? 0) / 10 ** digits).toFixed(digits)} ${currency}`
  const every = price.recurring ? ` / ${price.recurring.interval}` : ''
  return `${quantity} × ${name} (at ${each}${every})`
}
