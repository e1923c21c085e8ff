import { draftInvoice } from '../invoices/draft-invoice.js'
import type { Invoice, InvoiceLine, Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** Drafts the invoice of a change that is billed by itself: with its lines, and what waits for the next invoice. */
export function draftChange(
  tx: Transaction,
  subscription: Subscription,
  lines: InvoiceLine[] = [],
): Invoice {
  const invoice = draftInvoice(tx, {
    customer: subscription.customer,
    currency: subscription.currency,
    billing_reason: 'subscription_update',
    lines,
    subscription,
    takesPending: true,
  })
  subscription.latest_invoice = invoice.id
  return invoice
}
