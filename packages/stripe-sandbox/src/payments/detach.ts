import { invalidRequest } from '../http/stripe-error.js'
import type { PaymentMethod } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/**
 * Takes a payment method from its customer. Nothing is paid with it any more: what it was the default of falls
 * back to the next one.
 *
 * @see https://docs.stripe.com/api/payment_methods/detach
 */
export function detach(tx: Transaction, method: PaymentMethod): void {
  const { id } = method
  const customer = tx.maybe('customer', method.customer)
  if (!customer)
    throw invalidRequest(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
    )
  method.customer = null
  method._detached = true
  tx.emit('payment_method.detached', method)
  if (customer.invoice_settings.default_payment_method === id) {
    customer.invoice_settings.default_payment_method = null
    tx.emit('customer.updated', customer)
  }
  const running = tx.find(
    'subscription',
    (it) => it.default_payment_method === id && it.ended_at === null,
  )
  for (const subscription of running) {
    subscription.default_payment_method = null
    tx.emit('customer.subscription.updated', subscription)
  }
  const unpaid = tx.find(
    'invoice',
    (it) => it.default_payment_method === id && (it.status === 'draft' || it.status === 'open'),
  )
  for (const invoice of unpaid) {
    invoice.default_payment_method = null
    tx.emit('invoice.updated', invoice)
  }
}
