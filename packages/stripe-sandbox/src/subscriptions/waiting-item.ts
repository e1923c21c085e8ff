import { pricingOf } from '../invoices/invoice-line.js'
import { blank } from '../spec/blank.js'
import type { InvoiceItem, Subscription, SubscriptionItem } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

type Given = Pick<InvoiceItem, 'amount' | 'description' | 'period' | 'proration'> &
  Partial<Pick<InvoiceItem, 'proration_details' | 'quantity'>>

/** Puts a charge or a credit for an item among what waits for the subscription's next invoice. */
export function addWaitingItem(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  { quantity = item.quantity ?? 1, ...fields }: Given,
): InvoiceItem {
  const waiting = tx.add(
    'invoiceitem',
    blank('invoiceitem', {
      id: tx.id('invoiceitem'),
      currency: subscription.currency,
      customer: subscription.customer,
      date: tx.now,
      // The discounts of a proration are in its amount.
      discountable: !fields.proration,
      discounts: [],
      metadata: {},
      parent: {
        subscription_details: { subscription: subscription.id, subscription_item: item.id },
        type: 'subscription_details',
      },
      pricing: pricingOf(tx.get('price', item.price)),
      quantity,
      quantity_decimal: String(quantity),
      tax_rates: [],
      test_clock: tx.moment.testClock,
      ...fields,
    }),
  )
  tx.emit('invoiceitem.created', waiting)
  return waiting
}
