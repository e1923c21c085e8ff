import { StripeError, invalidRequest } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import { token } from '../world/ids.js'
import type { PaymentMethod } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { numberOfToken, TEST_DEBITS, testCard, type Outcome } from './test-cards.js'

type BillingDetails = Partial<PaymentMethod['billing_details']>

/** @throws StripeError incorrect_number */
export function createCard(
  tx: Transaction,
  number: string,
  billing: BillingDetails = {},
  expires: { exp_month?: number; exp_year?: number } = {},
): PaymentMethod {
  const digits = number.replaceAll(/[\s-]/g, '')
  const card = digits.length >= 12 ? testCard(digits) : undefined
  if (!card) {
    const message =
      'Your card number is incorrect. Use one of the test cards, such as 4242 4242 4242 4242.'
    throw new StripeError(402, {
      type: 'card_error',
      code: 'incorrect_number',
      message,
      param: 'number',
    })
  }
  const inFourYears = new Date(tx.now * 1000).getUTCFullYear() + 4
  const { brand } = card
  return add(tx, billing, {
    type: 'card',
    card: {
      brand,
      checks: {
        address_line1_check: null,
        address_postal_code_check: null,
        cvc_check: 'pass',
      },
      country: 'US',
      display_brand: brand,
      exp_month: expires.exp_month ?? 12,
      exp_year: expires.exp_year ?? inFourYears,
      fingerprint: token(Buffer.from(digits), 16),
      funding: 'credit',
      generated_from: null,
      last4: digits.slice(-4),
      networks: { available: [brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  })
}

/** A bank debit: it pays days later, or fails then. */
export function createDebit(
  tx: Transaction,
  iban: string,
  billing: BillingDetails = {},
): PaymentMethod {
  const number = iban.replaceAll(/\s/g, '').toUpperCase()
  if (!TEST_DEBITS[number])
    throw invalidRequest(
      'The IBAN you provided is invalid.',
      'sepa_debit[iban]',
      'invalid_bank_account_iban',
    )
  return add(tx, billing, {
    type: 'sepa_debit',
    sepa_debit: {
      bank_code: number.slice(4, 12),
      branch_code: '',
      country: number.slice(0, 2),
      fingerprint: token(Buffer.from(number), 16),
      generated_from: { charge: null, setup_attempt: null },
      last4: number.slice(-4),
    },
  })
}

function add(tx: Transaction, billing: BillingDetails, of: Partial<PaymentMethod>): PaymentMethod {
  const id = tx.id('payment_method')
  const empty = { address: null, email: null, name: null, phone: null, tax_id: null }
  const billing_details = { ...empty, ...billing }
  const method = { id, created: tx.now, billing_details, allow_redisplay: 'unspecified', ...of }
  return tx.add('payment_method', blank('payment_method', { metadata: {}, ...method }))
}

/** A payment method by id, or one made anew for a name such as `pm_card_visa`. */
export function paymentMethodOf(tx: Transaction, id: string, param: string): PaymentMethod {
  const number = numberOfToken(id)
  return number ? createCard(tx, number) : tx.get('payment_method', id, param)
}

/**
 * A payment method that a customer's invoices are to be paid with.
 *
 * @throws StripeError resource_missing where it is not attached to the customer.
 */
export function methodOfCustomer(
  tx: Transaction,
  id: string,
  customer: string,
  param: string,
): PaymentMethod {
  // A name such as `pm_card_visa` stands for a new method, which is attached to nobody.
  const method = numberOfToken(id) ? undefined : tx.get('payment_method', id, param)
  if (method?.customer === customer) return method
  throw invalidRequest(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    param,
    'resource_missing',
  )
}

/**
 * @throws StripeError where the method was detached from a customer.
 * @see https://docs.stripe.com/api/payment_methods/detach
 */
export function requireUsable({ _detached }: PaymentMethod): void {
  if (_detached)
    throw invalidRequest(
      'The provided PaymentMethod was detached from a Customer. It may not be used again.',
      'payment_method',
    )
}

/** @throws StripeError card_declined, or where the method was detached before. */
export function attach(tx: Transaction, method: PaymentMethod, customer: string): void {
  if (method.customer === customer) return
  requireUsable(method)
  if (method.customer)
    throw invalidRequest('The payment method you provided has already been attached to a customer.')
  const outcome = outcomeOf(method)
  const card = testCard(method.card?.last4 ?? 'none')
  if (card?.declinesWhenAttached && outcome.kind === 'declines') {
    const { code, decline_code, message } = outcome
    throw new StripeError(402, {
      type: 'card_error',
      code,
      message,
      ...(decline_code ? { decline_code } : {}),
    })
  }
  method.customer = customer
  tx.emit('payment_method.attached', method)
}

/** What happens when the method is charged. */
export function outcomeOf(method: PaymentMethod): Outcome {
  const debit = Object.keys(TEST_DEBITS).find((iban) =>
    iban.endsWith(method.sepa_debit?.last4 ?? 'none'),
  )
  if (debit) return { kind: 'later', succeeds: TEST_DEBITS[debit]?.succeeds ?? false }
  const card = testCard(method.card?.last4 ?? 'none')
  if (card?.authenticatesOnce && method._authenticated) return { kind: 'succeeds' }
  return card?.outcome ?? { kind: 'succeeds' }
}
