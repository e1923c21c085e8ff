import type Stripe from 'stripe'
import { givenBack } from './given-back.js'
import { isAhead, isCredit, isProration, netOf } from './invoice-line.js'

/** What was really paid for the running period, and not given back since. Minor units. */
export interface Kept {
  /** By money or by credit; below zero where more was given back. */
  kept: number
  /** How much of that may be gone still, or was for something else: it is certain neither way. */
  doubtful: number
}

/**
 * Adds up the invoices of a subscription's running period. A period that a change began was paid in part by the
 * credit for the one before it, so the invoices of that one count too, and so on. Lines that do not come with
 * their invoice, as of one with very many, are doubtful.
 */
export async function keptOf(client: Stripe, subscription: string): Promise<Kept> {
  const sum: Kept = { kept: 0, doubtful: 0 }
  for await (const invoice of client.invoices.list({ subscription, limit: 100 })) {
    if (invoice.status === 'paid') {
      const { back, disputed } = await givenBack(client, invoice)
      sum.kept += invoice.total - back
      sum.doubtful += disputed + invoice.total - aheadOf(invoice)
    }
    if (beginsAnew(invoice)) break
  }
  return sum
}

const aheadOf = (invoice: Stripe.Invoice) =>
  invoice.lines.data.reduce((sum, line) => sum + (isAhead(line, invoice) ? netOf(line) : 0), 0)

/** Whether an invoice is for a whole period, and nothing of the one before it was counted. */
function beginsAnew({ billing_reason, lines }: Stripe.Invoice): boolean {
  if (PERIODS.includes(billing_reason ?? '')) return true
  if (billing_reason !== 'subscription_update' || lines.data.some(isCredit)) return false
  return lines.data.some((line) => line.parent?.subscription_item_details && !isProration(line))
}

const PERIODS = ['subscription_create', 'subscription_cycle']
