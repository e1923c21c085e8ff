import { afterPayment } from '../billing/after-payment.js'
import { confirmIntent } from '../payments/payment-intent.js'
import type { Invoice, PaymentMethod } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { subscriptionOf } from './draft-invoice.js'
import { fail } from './fail.js'
import { settle } from './settle.js'

/** Tries to collect an open invoice with a payment method, or the one that is kept for it. */
export function collect(
  tx: Transaction,
  invoice: Invoice,
  given: { method?: PaymentMethod; authenticated?: boolean } = {},
): void {
  if (invoice.amount_remaining === 0) return settle(tx, invoice)
  const intent = tx.get('payment_intent', invoice._payment_intent ?? '')
  // A debit on its way cannot be made twice.
  if (intent.status === 'processing') return
  const method = given.method ?? methodFor(tx, invoice)
  invoice.attempted = true
  invoice.attempt_count += 1
  if (!method) return fail(tx, invoice)
  confirmIntent(tx, intent, method, given)
  afterPayment(tx, intent)
}

/** The payment method for an invoice: its own, its subscription's, or its customer's. */
export function methodFor(tx: Transaction, invoice: Invoice): PaymentMethod | undefined {
  const subscription = subscriptionOf(tx, invoice)
  const customer = tx.maybe('customer', invoice.customer)
  return tx.maybe(
    'payment_method',
    invoice.default_payment_method ??
      subscription?.default_payment_method ??
      customer?.invoice_settings.default_payment_method,
  )
}
