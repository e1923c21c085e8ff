import { invalidRequest, StripeError } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import { token } from '../world/ids.js'
import type { PaymentIntent, PaymentMethod } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { view } from '../world/view.js'
import { createCharge, fail, succeed } from './charge.js'
import { openDispute } from './dispute.js'
import { outcomeOf, requireUsable } from './payment-method.js'
import { testCard, type Outcome } from './test-cards.js'

/** Seconds until a bank debit is known to have succeeded or failed. */
const SETTLES_AFTER = 2 * 86_400

export function createIntent(
  tx: Transaction,
  fields: Partial<PaymentIntent> & { amount: number; currency: string },
): PaymentIntent {
  const id = tx.id('payment_intent')
  const intent = tx.add(
    'payment_intent',
    blank('payment_intent', {
      id,
      amount_details: { tip: {} },
      capture_method: 'automatic',
      client_secret: `${id}_secret_${token(tx.bytes(), 25)}`,
      confirmation_method: 'automatic',
      created: tx.now,
      metadata: {},
      payment_details: { customer_reference: null, order_reference: null },
      payment_method_options: {},
      payment_method_types: ['card', 'sepa_debit'],
      status: fields.payment_method ? 'requires_confirmation' : 'requires_payment_method',
      ...fields,
    }),
  )
  tx.emit('payment_intent.created', intent)
  return intent
}

/** How a confirmation is made. */
export interface Confirmation {
  /** Whether the customer is there to authenticate; a card that needs it waits for that. */
  authenticated?: boolean
}

/** Charges the intent's payment method. What came of it is the intent's status. */
export function confirmIntent(
  tx: Transaction,
  intent: PaymentIntent,
  method: PaymentMethod,
  { authenticated = false }: Confirmation = {},
): void {
  if (['succeeded', 'canceled', 'processing'].includes(intent.status))
    throw invalidRequest(
      `This PaymentIntent's payment_method could not be updated because it has a status of ${intent.status}.`,
      undefined,
      'payment_intent_unexpected_state',
    )
  requireUsable(method)
  intent.payment_method = method.id
  intent.next_action = null
  if (authenticated) method._authenticated = true
  const asked = outcomeOf(method)
  const outcome: Outcome =
    asked.kind === 'authenticates' && authenticated ? { kind: 'succeeds' } : asked
  if (outcome.kind === 'authenticates') return requireAction(tx, intent)
  const charge = createCharge(tx, intent, method, outcome)
  if (outcome.kind === 'declines') declined(tx, intent, method, outcome)
  else if (outcome.kind === 'later') processing(tx, intent)
  else succeeded(tx, intent)
  const disputes = testCard(method.card?.last4 ?? 'none')?.disputes ?? false
  if (disputes && charge.paid) openDispute(tx, charge, 'fraudulent')
}

function requireAction(tx: Transaction, intent: PaymentIntent): void {
  intent.status = 'requires_action'
  const url = `${tx.settings.base_url}/authenticate/${intent.id}`
  intent.next_action = { type: 'redirect_to_url', redirect_to_url: { return_url: null, url } }
  tx.emit('payment_intent.requires_action', intent)
}

function succeeded(tx: Transaction, intent: PaymentIntent): void {
  intent.status = 'succeeded'
  intent.amount_received = intent.amount
  intent.last_payment_error = null
  tx.emit('payment_intent.succeeded', intent)
}

function processing(tx: Transaction, intent: PaymentIntent): void {
  intent.status = 'processing'
  intent._settles_at = tx.now + SETTLES_AFTER
  tx.emit('payment_intent.processing', intent)
}

function declined(
  tx: Transaction,
  intent: PaymentIntent,
  method: PaymentMethod,
  { code, decline_code, message }: { code: string; decline_code?: string; message: string },
): void {
  intent.status = 'requires_payment_method'
  intent.payment_method = null
  intent.last_payment_error = {
    type: 'card_error',
    code,
    ...(decline_code ? { decline_code } : {}),
    message,
    ...(intent.latest_charge ? { charge: intent.latest_charge } : {}),
    payment_method: view(tx, method) as never,
  }
  tx.emit('payment_intent.payment_failed', intent)
}

/** The customer said no to their bank. */
export function refuseAuthentication(
  tx: Transaction,
  intent: PaymentIntent,
  method: PaymentMethod,
): void {
  intent.next_action = null
  declined(tx, intent, method, {
    code: 'payment_intent_authentication_failure',
    message: 'The provided payment method has failed authentication.',
  })
}

/** The bank asks for the customer, who is away. */
export function refuseUnattended(
  tx: Transaction,
  intent: PaymentIntent,
  method: PaymentMethod,
): void {
  intent.next_action = null
  declined(tx, intent, method, {
    code: 'authentication_required',
    decline_code: 'authentication_required',
    message: 'Your card was declined. This transaction requires authentication.',
  })
}

/** The bank has spoken about a debit. */
export function settleIntent(tx: Transaction, intent: PaymentIntent): void {
  delete intent._settles_at
  const charge = tx.get('charge', intent.latest_charge ?? '')
  const method = tx.get('payment_method', intent.payment_method ?? '')
  const outcome = outcomeOf(method)
  if (outcome.kind === 'later' && !outcome.succeeds) {
    fail(tx, charge)
    const { failure_code, failure_message } = charge
    declined(tx, intent, method, { code: failure_code ?? '', message: failure_message ?? '' })
  } else {
    succeed(tx, charge)
    succeeded(tx, intent)
  }
}

export function cancelIntent(
  tx: Transaction,
  intent: PaymentIntent,
  reason: PaymentIntent['cancellation_reason'],
): void {
  // A debit on its way cannot be called back.
  if (['succeeded', 'canceled', 'processing'].includes(intent.status))
    throw invalidRequest(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
      undefined,
      'payment_intent_unexpected_state',
    )
  intent.status = 'canceled'
  intent.canceled_at = tx.now
  intent.cancellation_reason = reason
  tx.emit('payment_intent.canceled', intent)
}

/** The error of a payment that was declined, as the API answers it; undefined where it was not. */
export function declineOf(tx: Transaction, intent: PaymentIntent): StripeError | undefined {
  const { message, code, decline_code, charge } = intent.last_payment_error ?? {}
  if (message === undefined || intent.status !== 'requires_payment_method') return undefined
  return new StripeError(
    402,
    {
      type: 'card_error',
      message,
      ...(code ? { code } : {}),
      ...(decline_code ? { decline_code } : {}),
      ...(charge ? { charge } : {}),
      payment_intent: view(tx, intent),
    },
    true,
  )
}
