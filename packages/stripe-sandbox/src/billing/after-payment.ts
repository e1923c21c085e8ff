import { settleSession } from '../checkout/settle-session.js'
import { fail, needAction } from '../invoices/fail.js'
import { settle } from '../invoices/settle.js'
import type { Invoice, PaymentIntent } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** Lets the invoice and the checkout session of a payment follow what became of it. */
export function afterPayment(tx: Transaction, intent: PaymentIntent): void {
  const invoice = invoiceOf(tx, intent)
  if (invoice?.status === 'open' || invoice?.status === 'uncollectible') {
    if (intent.status === 'succeeded') settle(tx, invoice)
    if (intent.status === 'requires_payment_method') fail(tx, invoice)
    if (intent.status === 'requires_action') needAction(tx, invoice)
  }
  settleSession(tx, intent, invoice)
}

/** The invoice that a payment intent collects. */
export function invoiceOf(tx: Transaction, intent: PaymentIntent): Invoice | undefined {
  return tx.maybe('invoice', intent.payment_details?.order_reference)
}
