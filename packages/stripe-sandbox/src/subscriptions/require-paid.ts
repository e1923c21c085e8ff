import { invalidRequest, StripeError } from '../http/stripe-error.js'
import { methodFor } from '../invoices/collect.js'
import { declineOf } from '../payments/payment-intent.js'
import type { Invoice } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { without } from '../world/without.js'

/**
 * Refuses a request that insists on its payment, where that did not happen. A debit that is on its way is none
 * that failed.
 *
 * @param behavior the `payment_behavior` of the request.
 * @throws StripeError of type card_error, 402: nothing of the request is kept.
 */
export function requirePaid(tx: Transaction, invoice: Invoice, behavior: string | undefined): void {
  if (behavior !== 'error_if_incomplete' || invoice.amount_remaining === 0) return
  requireMethod(tx, invoice)
  const intent = tx.get('payment_intent', invoice._payment_intent ?? '')
  if (intent.status === 'processing') return
  const declined = declineOf(tx, intent)
  if (declined) throw new StripeError(402, without(declined.body, 'payment_intent', 'charge'))
  throw new StripeError(402, {
    type: 'card_error',
    code: 'subscription_payment_intent_requires_action',
    message:
      'Payment for this subscription requires additional user action before it can be completed successfully.',
  })
}

/** @throws StripeError where there is nothing that the invoice could be paid with. */
export function requireMethod(tx: Transaction, invoice: Invoice): void {
  if (methodFor(tx, invoice)) return
  throw invalidRequest(
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
    undefined,
    'resource_missing',
  )
}
