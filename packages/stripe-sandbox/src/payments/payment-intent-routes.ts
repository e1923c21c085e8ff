import type Stripe from 'stripe'
import { afterPayment } from '../billing/after-payment.js'
import { listOf } from '../http/list.js'
import { mergeMetadata, newMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { followSetup } from '../subscriptions/follow-setup.js'
import type { PaymentIntent, SetupIntent } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import {
  cancelIntent,
  confirmIntent,
  createIntent,
  declineOf,
  refuseUnattended,
} from './payment-intent.js'
import { attach, paymentMethodOf } from './payment-method.js'
import { createSetup, succeedSetup } from './setup-intent.js'

export const paymentIntentRoutes = [
  operation<Stripe.PaymentIntentCreateParams>('POST /v1/payment_intents', ({ tx, params }) => {
    if (params.amount < 1)
      throw invalidRequest(
        'This value must be greater than or equal to 1.',
        'amount',
        'parameter_invalid_integer',
      )
    if (params.capture_method === 'manual')
      throw invalidRequest(
        'The sandbox has no separate captures: leave capture_method out.',
        'capture_method',
      )
    if (params.customer) tx.get('customer', params.customer, 'customer')
    const method = params.payment_method
      ? paymentMethodOf(tx, params.payment_method, 'payment_method').id
      : null
    const intent = createIntent(tx, {
      amount: params.amount,
      currency: params.currency.toLowerCase(),
      customer: params.customer ?? null,
      description: params.description ?? null,
      payment_method: method,
      receipt_email: params.receipt_email || null,
      setup_future_usage: params.setup_future_usage ?? null,
      metadata: newMetadata(params.metadata),
    })
    if (params.confirm) confirm(tx, intent, method, params.off_session)
    return intent
  }),

  operation<Stripe.PaymentIntentListParams>('GET /v1/payment_intents', (call) =>
    listOf(call, 'payment_intent'),
  ),

  operation('GET /v1/payment_intents/{id}', ({ tx, id }) => tx.get('payment_intent', id)),

  operation<Stripe.PaymentIntentUpdateParams>(
    'POST /v1/payment_intents/{id}',
    ({ tx, params, id }) => {
      const intent = tx.get('payment_intent', id)
      if (params.amount !== undefined) intent.amount = params.amount
      if (params.description !== undefined) intent.description = params.description || null
      if (params.payment_method) {
        intent.payment_method = paymentMethodOf(tx, params.payment_method, 'payment_method').id
        if (intent.status === 'requires_payment_method') intent.status = 'requires_confirmation'
      }
      mergeMetadata(intent, params.metadata)
      return intent
    },
  ),

  operation<Stripe.PaymentIntentConfirmParams>(
    'POST /v1/payment_intents/{id}/confirm',
    ({ tx, params, id }) => {
      const intent = tx.get('payment_intent', id)
      confirm(tx, intent, params.payment_method ?? intent.payment_method, params.off_session)
      return intent
    },
  ),

  operation<Stripe.PaymentIntentCancelParams>(
    'POST /v1/payment_intents/{id}/cancel',
    ({ tx, params, id }) => {
      const intent = tx.get('payment_intent', id)
      cancelIntent(tx, intent, params.cancellation_reason ?? null)
      return intent
    },
  ),

  operation<Stripe.SetupIntentCreateParams>('POST /v1/setup_intents', ({ tx, params }) => {
    const { customer = null, description = null, usage = 'off_session' } = params
    const metadata = newMetadata(params.metadata)
    const intent = createSetup(tx, { customer, description, usage, metadata })
    if (params.payment_method) prepare(tx, intent, params.payment_method)
    if (params.confirm && intent.payment_method) setUp(tx, intent.id, intent.payment_method)
    return intent
  }),

  operation<Stripe.SetupIntentListParams>('GET /v1/setup_intents', (call) =>
    listOf(call, 'setup_intent'),
  ),

  operation('GET /v1/setup_intents/{id}', ({ tx, id }) => tx.get('setup_intent', id)),

  operation<Stripe.SetupIntentUpdateParams>('POST /v1/setup_intents/{id}', ({ tx, params, id }) => {
    const intent = tx.get('setup_intent', id)
    if (params.customer) intent.customer = tx.get('customer', params.customer, 'customer').id
    if (params.description !== undefined) intent.description = params.description || null
    if (params.payment_method) prepare(tx, intent, params.payment_method)
    mergeMetadata(intent, params.metadata)
    return intent
  }),

  operation<Stripe.SetupIntentConfirmParams>(
    'POST /v1/setup_intents/{id}/confirm',
    ({ tx, params, id }) => {
      setUp(tx, id, params.payment_method ?? tx.get('setup_intent', id).payment_method ?? '')
      return tx.get('setup_intent', id)
    },
  ),

  operation('POST /v1/setup_intents/{id}/cancel', ({ tx, id }) => {
    const intent = tx.get('setup_intent', id)
    intent.status = 'canceled'
    tx.emit('setup_intent.canceled', intent)
    return intent
  }),
]

/** @throws StripeError of type card_error where the payment is declined */
function confirm(
  tx: Transaction,
  intent: PaymentIntent,
  methodId: string | null,
  offSession: Stripe.PaymentIntentConfirmParams['off_session'] = false,
): void {
  if (!methodId)
    throw invalidRequest(
      "You cannot confirm this PaymentIntent because it's missing a payment method.",
      undefined,
      'payment_intent_unexpected_state',
    )
  const method = paymentMethodOf(tx, methodId, 'payment_method')
  confirmIntent(tx, intent, method)
  if (offSession && intent.status === 'requires_action') refuseUnattended(tx, intent, method)
  const saves = intent.setup_future_usage && intent.customer && intent.status === 'succeeded'
  if (saves && intent.customer) attach(tx, method, intent.customer)
  afterPayment(tx, intent)
  const declined = declineOf(tx, intent)
  if (declined) throw declined
}

/** Names the payment method of a setup intent, which is still to be confirmed. */
function prepare(tx: Transaction, intent: SetupIntent, methodId: string): void {
  intent.payment_method = paymentMethodOf(tx, methodId, 'payment_method').id
  if (intent.status === 'requires_payment_method') intent.status = 'requires_confirmation'
}

function setUp(tx: Transaction, id: string, methodId: string): void {
  const intent = tx.get('setup_intent', id)
  const method = paymentMethodOf(tx, methodId, 'payment_method')
  if (intent.customer) attach(tx, method, intent.customer)
  succeedSetup(tx, intent, method)
  followSetup(tx, intent)
}
