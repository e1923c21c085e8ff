import { invalidRequest, StripeError } from '../http/stripe-error.js'
import { collect, methodFor } from '../invoices/collect.js'
import { declineOf } from '../payments/payment-intent.js'
import type { PaymentIntent, Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { without } from '../world/without.js'
import { openSubscription, type CreateParameters } from './create.js'

/** Opens a subscription and collects its first invoice, as `payment_behavior` says. */
export function startSubscription(tx: Transaction, parameters: CreateParameters): Subscription {
  const { subscription, invoice } = openSubscription(tx, parameters)
  const { payment_behavior: behavior, collection_method: by } = parameters
  if (!invoice) return subscription
  if (invoice.amount_due === 0) {
    collect(tx, invoice)
    return subscription
  }
  if (by === 'send_invoice' || behavior === 'default_incomplete') return subscription
  if (!methodFor(tx, invoice))
    throw invalidRequest(
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
      undefined,
      'resource_missing',
    )
  collect(tx, invoice)
  if (behavior === 'error_if_incomplete' && subscription.status === 'incomplete') {
    const intent = tx.get('payment_intent', invoice._payment_intent ?? '')
    throw refusal(tx, intent)
  }
  return subscription
}

/** Why a payment that was required did not happen; it leaves no traces. */
export function refusal(tx: Transaction, intent: PaymentIntent): StripeError {
  const declined = declineOf(tx, intent)
  if (declined) {
    return new StripeError(402, without(declined.body, 'payment_intent', 'charge'))
  }
  return new StripeError(402, {
    type: 'card_error',
    code: 'subscription_payment_intent_requires_action',
    message:
      'Payment for this subscription requires additional user action before it can be completed successfully.',
  })
}
