import { amountsOff } from '../catalogue/amounts-off.js'
import type { Coupon, Discount, Invoice, InvoiceLine } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** Computes an invoice's amounts from its lines, discounts and what was paid. All in minor units. */
export function total(tx: Transaction, invoice: Invoice): void {
  const lines = invoice.lines.data
  for (const line of lines) {
    line.invoice = invoice.id
    line.discount_amounts = []
  }
  invoice.total_discount_amounts = invoice.discounts.map((discount) => ({
    amount: apply(tx, discount, lines),
    discount,
  }))
  const discounted = sum(invoice.total_discount_amounts.map(({ amount }) => amount))
  invoice.subtotal = sum(lines.map(({ amount }) => amount))
  invoice.subtotal_excluding_tax = invoice.subtotal
  invoice.total = invoice.subtotal - discounted
  invoice.total_excluding_tax = invoice.total
  const credited = invoice.pre_payment_credit_notes_amount
  invoice.amount_due = Math.max(0, invoice.total + applied(invoice) - credited)
  invoice.amount_remaining = Math.max(0, invoice.amount_due - invoice.amount_paid)
}

/** What the customer's balance added to the invoice; below zero where it paid a part. */
function applied({ starting_balance, ending_balance, total }: Invoice): number {
  // A total below zero went to the balance instead.
  return total < 0 ? 0 : starting_balance - (ending_balance ?? starting_balance)
}

/** Takes a discount off the lines it applies to; the amount it comes to. */
function apply(tx: Transaction, id: string, lines: InvoiceLine[]): number {
  const coupon = couponOf(tx, tx.get('discount', id))
  const discountable = lines.filter((line) => line.discountable && line.amount > 0)
  const amounts = amountsOff(
    coupon,
    discountable.map(({ amount, discount_amounts, pricing }) => ({
      amount: amount - sum((discount_amounts ?? []).map((already) => already.amount)),
      product: pricing?.price_details?.product ?? '',
    })),
  )
  for (const [index, line] of discountable.entries()) {
    const amount = amounts[index] ?? 0
    if (amount > 0) line.discount_amounts?.push({ amount, discount: id })
  }
  return sum(amounts)
}

export const couponOf = (tx: Transaction, { source }: Discount): Coupon =>
  tx.get('coupon', source.coupon ?? '')

const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0)
