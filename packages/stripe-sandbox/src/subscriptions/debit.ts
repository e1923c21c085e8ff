import type { Invoice, InvoiceItem, Subscription, SubscriptionItem } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** What was charged for an item last. */
export interface Debit {
  /** Minor units, discounts taken off. */
  amount: number
  /** What it was charged for, in seconds. */
  period: { start: number; end: number }
  credited: NonNullable<NonNullable<InvoiceItem['proration_details']>['credited_items']>
}

/**
 * Finds what was charged for an item last: credit is a part of that, whatever the item costs now. Undefined
 * where nothing was charged, or it was given back.
 *
 * @see https://docs.stripe.com/billing/subscriptions/prorations#credit-prorations
 */
export function debitOf(
  tx: Transaction,
  { id: subscription }: Subscription,
  { _debit: id }: SubscriptionItem,
): Debit | undefined {
  if (id === undefined) return undefined
  const waiting = tx.maybe('invoiceitem', id)
  if (waiting) {
    const { amount, period } = waiting
    return { amount, period, credited: { type: 'invoice_item', invoice_item: id } }
  }
  for (const invoice of tx.each('invoice')) {
    if (invoice.parent?.subscription_details?.subscription !== subscription) continue
    const debit = lineOf(invoice, id)
    if (debit) return debit
  }
  return undefined
}

function lineOf(invoice: Invoice, id: string): Debit | undefined {
  const line = invoice.lines.data.find((it) => it.id === id)
  if (!line) return undefined
  const off = (line.discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0)
  return {
    amount: line.amount - off,
    period: line.period,
    credited: {
      type: 'invoice_line_items',
      invoice_line_item_details: { invoice: invoice.id, invoice_line_items: [id] },
    },
  }
}
