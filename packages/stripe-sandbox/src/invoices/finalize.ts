import { bookBalance } from '../customers/book-balance.js'
import { invalidRequest } from '../http/stripe-error.js'
import { createIntent } from '../payments/payment-intent.js'
import { blank } from '../spec/blank.js'
import type { Customer, Invoice, InvoicePayment } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { couponOf, total } from './totals.js'

/** Fixes an invoice: it gets a number, the customer's balance is applied, and it waits to be paid. */
export function finalize(tx: Transaction, invoice: Invoice): void {
  if (invoice.status !== 'draft')
    throw invalidRequest(
      "This invoice is already finalized, you can't re-finalize a non-draft invoice.",
      undefined,
      'invoice_not_editable',
    )
  const customer = tx.get('customer', invoice.customer ?? '')
  total(tx, invoice)
  applyBalance(tx, invoice, customer)
  spendDiscounts(tx, invoice)
  invoice.status = 'open'
  invoice.number = numberFor(customer)
  invoice.effective_at = tx.now
  invoice.status_transitions.finalized_at = tx.now
  invoice.automatically_finalizes_at = null
  invoice.hosted_invoice_url = `${tx.settings.base_url}/i/${invoice.id}`
  invoice.invoice_pdf = `${tx.settings.base_url}/i/${invoice.id}/pdf`
  total(tx, invoice)
  tx.emit('invoice.finalized', invoice)
  if (invoice.amount_due > 0) preparePayment(tx, invoice)
}

function numberFor(customer: Customer): string {
  const n = customer.next_invoice_sequence ?? 1
  customer.next_invoice_sequence = n + 1
  return `${customer.invoice_prefix ?? 'SANDBOX'}-${String(n).padStart(4, '0')}`
}

/** A credit pays what it can; a total below zero becomes credit. */
function applyBalance(tx: Transaction, invoice: Invoice, customer: Customer): void {
  const { balance } = customer
  const { total } = invoice
  const moved = total < 0 ? total : balance < 0 ? Math.min(total, -balance) : -balance
  invoice.starting_balance = balance
  invoice.ending_balance = balance + moved
  if (invoice.ending_balance === balance) return
  const { currency, id } = invoice
  bookBalance(tx, customer, moved, { type: 'applied_to_invoice', currency, invoice: id })
}

/** A coupon for one invoice ends with it. */
function spendDiscounts(tx: Transaction, invoice: Invoice): void {
  for (const id of invoice.discounts) {
    const discount = tx.get('discount', id)
    if (couponOf(tx, discount).duration === 'once') discount.end ??= tx.now
  }
}

/** The payment intent that will collect it, and the record that ties the two together. */
function preparePayment(tx: Transaction, invoice: Invoice): void {
  const { amount_due, currency, customer, id, billing_reason } = invoice
  const intent = createIntent(tx, {
    amount: amount_due,
    currency,
    customer,
    description: billing_reason === 'subscription_create' ? 'Subscription creation' : 'Invoice',
    payment_details: { customer_reference: null, order_reference: id },
    setup_future_usage: 'off_session',
  })
  invoice._payment_intent = intent.id
  tx.add(
    'invoice_payment',
    blank('invoice_payment', {
      id: tx.id('invoice_payment'),
      amount_requested: amount_due,
      created: tx.now,
      currency,
      invoice: id,
      is_default: true,
      payment: { payment_intent: intent.id, type: 'payment_intent' },
      status: 'open',
    }),
  )
}

/** The payments of an invoice. */
export const paymentsOf = (tx: Transaction, invoice: string): InvoicePayment[] =>
  tx.find('invoice_payment', (payment) => payment.invoice === invoice)
