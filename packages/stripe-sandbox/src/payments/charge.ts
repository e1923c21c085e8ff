import { blank } from '../spec/blank.js'
import type { Charge, PaymentIntent, PaymentMethod } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { book } from './balance-transaction.js'
import type { Outcome } from './test-cards.js'

/** The charge that an intent makes: one that succeeds, fails, or waits for the bank. */
export function createCharge(
  tx: Transaction,
  intent: PaymentIntent,
  method: PaymentMethod,
  outcome: Outcome,
): Charge {
  const id = tx.id('charge')
  const declined = outcome.kind === 'declines' ? outcome : undefined
  const { amount, currency, customer, description, metadata } = intent
  const charge = tx.add(
    'charge',
    blank('charge', {
      id,
      amount,
      billing_details: { ...method.billing_details, email: method.billing_details.email },
      calculated_statement_descriptor: 'SANDBOX',
      created: tx.now,
      currency,
      customer,
      description,
      failure_code: declined?.code ?? null,
      failure_message: declined?.message ?? null,
      fraud_details: {},
      metadata,
      outcome: declined ? declinedOutcome(declined) : APPROVED,
      payment_intent: intent.id,
      payment_method: method.id,
      payment_method_details: detailsOf(method),
      radar_options: {},
      status: declined ? 'failed' : 'pending',
    }),
  )
  if (declined) tx.emit('charge.failed', charge)
  else if (outcome.kind === 'later') tx.emit('charge.pending', charge)
  else succeed(tx, charge)
  intent.latest_charge = id
  return charge
}

/** The money arrives. */
export function succeed(tx: Transaction, charge: Charge): void {
  charge.status = 'succeeded'
  charge.paid = true
  charge.captured = true
  charge.amount_captured = charge.amount
  charge.receipt_url = `https://pay.stripe.com/receipts/payment/${charge.id}`
  charge.balance_transaction = book(tx, 'charge', charge.id, charge.amount, charge.currency).id
  tx.emit('charge.succeeded', charge)
}

/** The bank says no, days later. */
export function fail(tx: Transaction, charge: Charge): void {
  charge.status = 'failed'
  charge.failure_code = 'charge_failed'
  charge.failure_message = 'The bank returned the debit.'
  tx.emit('charge.failed', charge)
}

const APPROVED = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  risk_level: 'normal',
  risk_score: 20,
  seller_message: 'Payment complete.',
  type: 'authorized',
}

const declinedOutcome = ({ decline_code, code }: { decline_code?: string; code: string }) => ({
  ...APPROVED,
  network_status: 'declined_by_network',
  reason: decline_code ?? code,
  seller_message: 'The bank did not return any further details with this decline.',
  type: 'issuer_declined',
})

function detailsOf({ type, card, sepa_debit }: PaymentMethod): Charge['payment_method_details'] {
  if (card) {
    const { brand, country, exp_month, exp_year, funding, last4, fingerprint } = card
    const none = {
      amount_authorized: null,
      authorization_code: null,
      checks: null,
      installments: null,
    }
    const more = { mandate: null, network_token: null, network_transaction_id: null, wallet: null }
    const links = { electronic_commerce_indicator: null, transaction_link_id: null }
    const regulated_status = 'unregulated' as const
    const secure = { three_d_secure: null, fingerprint, regulated_status, network: brand }
    const shown = {
      brand,
      country,
      exp_month,
      exp_year,
      funding,
      last4,
      ...none,
      ...more,
      ...links,
    }
    return { type, card: { ...shown, ...secure } }
  }
  const { bank_code, branch_code, country, fingerprint, last4 } = sepa_debit ?? {}
  const bank = { bank_code: bank_code ?? null, branch_code: branch_code ?? null }
  const rest = { country: country ?? null, fingerprint: fingerprint ?? null, last4: last4 ?? null }
  return { type, sepa_debit: { ...bank, ...rest, mandate: null } }
}
