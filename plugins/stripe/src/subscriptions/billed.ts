import type Stripe from 'stripe'
import { isAhead, isProration, netOf } from './invoice-line.js'

/** What a paid invoice charges, and how that was paid. Minor units. */
export interface Billed {
  /** For plans in the time ahead; below zero where it gives more back. */
  ahead: number
  /** For anything else: fees, usage, and changes of an earlier period that have waited for it. */
  beside: number
  /** What it gives back for changes of an earlier period, which has waited for it. */
  credited: number
  /** What of `ahead` was paid by credit that may be of earlier periods. */
  drawn: number
  /** What was paid in any other way. */
  paid: number
}

/** @param lines all of the invoice's. */
export function billedOf(
  invoice: Stripe.Invoice,
  lines: readonly Stripe.InvoiceLineItem[],
): Billed {
  const others = lines.filter((line) => !isAhead(line, invoice))
  const fees = others.filter((line) => !isProration(line)).map(netOf)
  const earlier = sum(others.filter(isProration).map(netOf))
  // Not the sum of its own lines: tax may be rounded for the whole invoice.
  const ahead = invoice.total - sum(others.map(netOf))
  const credited = Math.max(0, -earlier)
  return {
    ahead,
    beside: sum(fees.filter((fee) => fee > 0)) + Math.max(0, earlier),
    credited,
    drawn: Math.min(byBalance(invoice) + credited, Math.max(0, ahead)),
    paid: invoice.amount_paid,
  }
}

/** What of the customer's credit an invoice was paid with; a balance below zero is credit. */
function byBalance({ starting_balance: from, ending_balance: to }: Stripe.Invoice): number {
  return Math.max(0, Math.min(0, to ?? from) - Math.min(0, from))
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)
