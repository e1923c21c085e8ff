import type Stripe from 'stripe'
import { givenBack } from './given-back.js'
import { isAhead, isCredit, isProration } from './invoice-line.js'
import { keptOfInvoice, type Kept } from './kept-of-invoice.js'

/**
 * Adds up what is left of the paid invoices of a subscription's running period. A period that a change began was
 * paid in part by the credit for the one before it, so the invoices of that one count too, and so on. What was
 * given back counts for the time that has passed first: that is why time which has passed is not taken off.
 */
export async function keptOf(client: Stripe, subscription: string): Promise<Kept> {
  const sum: Kept = { left: 0, unclear: 0, disputed: 0 }
  for await (const invoice of client.invoices.list({ subscription, limit: 100 })) {
    const lines = await linesOf(client, invoice)
    if (invoice.status === 'paid') {
      const kept = keptOfInvoice(invoice, lines, await givenBack(client, invoice))
      sum.left += kept.left
      sum.unclear += kept.unclear
      sum.disputed += kept.disputed
    }
    if (beginsAnew(invoice, lines)) break
  }
  return sum
}

/** All of them: only the first ten or so come with their invoice. */
async function linesOf({ invoices }: Stripe, { id, lines }: Stripe.Invoice) {
  if (!lines.has_more) return lines.data
  const all: Stripe.InvoiceLineItem[] = []
  for await (const line of invoices.listLineItems(id, { limit: 100 })) all.push(line)
  return all
}

/**
 * Whether an invoice is for a whole period, and nothing of the one before it was counted, as by a change to another
 * interval, or by a pause that gave the rest of its period back.
 */
export function beginsAnew(
  invoice: Stripe.Invoice,
  lines: readonly Stripe.InvoiceLineItem[],
): boolean {
  if (lines.some((line) => isCredit(line) && isAhead(line, invoice))) return false
  if (PERIODS.includes(invoice.billing_reason ?? '')) return true
  if (invoice.billing_reason !== 'subscription_update') return false
  return lines.some((line) => line.parent?.subscription_item_details && !isProration(line))
}

const PERIODS = ['subscription_create', 'subscription_cycle']
