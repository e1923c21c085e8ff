import type Stripe from 'stripe'
import { givenBack } from './given-back.js'
import type { Kept } from './kept-of-invoice.js'
import { RunningPeriod } from './running-period.js'

/** What is left of what was paid for the running period of a subscription, by its invoices at Stripe. */
export async function keptOf(client: Stripe, subscription: string): Promise<Kept> {
  const period = new RunningPeriod()
  let oldest: Stripe.Invoice | undefined
  for await (const invoice of client.invoices.list({ subscription, limit: 100 })) {
    oldest = invoice
    if (!period.add(invoice, await linesOf(client, invoice))) break
  }
  for (const paid of period.inQuestion()) paid.back = await givenBack(client, paid.invoice)
  return period.kept(oldest && period.isDoubtful ? await takenOffSince(client, oldest) : 0)
}

/** All of them: only the first ten or so come with their invoice. */
async function linesOf({ invoices }: Stripe, { id, lines }: Stripe.Invoice) {
  if (!lines.has_more) return lines.data
  const all: Stripe.InvoiceLineItem[] = []
  for await (const line of invoices.listLineItems(id, { limit: 100 })) all.push(line)
  return all
}

/**
 * What was taken off the customer's balance by hand, beyond what was put there. A balance below zero is credit.
 *
 * @see https://docs.stripe.com/api/customer_balance_transactions
 */
async function takenOffSince(
  { customers }: Stripe,
  { customer, created, currency }: Stripe.Invoice,
): Promise<number> {
  const id = typeof customer === 'object' ? customer?.id : customer
  if (!id) return 0
  let sum = 0
  for await (const booked of customers.listBalanceTransactions(id, { limit: 100 })) {
    if (booked.created < created) break
    if (booked.type === 'adjustment' && booked.currency === currency) sum += booked.amount
  }
  return Math.max(0, sum)
}
