/** What happens when a payment method is charged. */
export type Outcome =
  | { kind: 'succeeds' }
  | { kind: 'declines'; code: string; decline_code?: string; message: string }
  | { kind: 'authenticates' }
  /** Known only days later, as with bank debits. */
  | { kind: 'later'; succeeds: boolean }

interface TestCard {
  brand: 'visa' | 'mastercard'
  /** The name of the payment method that the API knows it by, after `pm_card_`. */
  name: string
  /** When it is attached to a customer. */
  declinesWhenAttached?: boolean
  /** When it is charged. */
  outcome: Outcome
  /** Whether an authentication of once is good for payments while the customer is away. */
  authenticatesOnce?: boolean
  /** The cardholder disputes each payment. */
  disputes?: boolean
}

const succeeds = { kind: 'succeeds' } as const
const declines = (decline_code: string, message = 'Your card was declined.'): Outcome => ({
  kind: 'declines',
  code: 'card_declined',
  decline_code,
  message,
})
const refuses = (code: string, message: string): Outcome => ({
  kind: 'declines',
  code,
  decline_code: code,
  message,
})

/**
 * Stripe's test cards, by number.
 *
 * @see https://docs.stripe.com/testing
 */
const TEST_CARDS: Readonly<Record<string, TestCard>> = {
  '4242424242424242': { brand: 'visa', name: 'visa', outcome: succeeds },
  '5555555555554444': { brand: 'mastercard', name: 'mastercard', outcome: succeeds },
  '4000000000000002': {
    brand: 'visa',
    name: 'visa_chargeDeclined',
    declinesWhenAttached: true,
    outcome: declines('generic_decline'),
  },
  '4000000000009995': {
    brand: 'visa',
    name: 'visa_chargeDeclinedInsufficientFunds',
    declinesWhenAttached: true,
    outcome: declines('insufficient_funds', 'Your card has insufficient funds.'),
  },
  '4000000000000069': {
    brand: 'visa',
    name: 'chargeDeclinedExpiredCard',
    declinesWhenAttached: true,
    outcome: refuses('expired_card', 'Your card has expired.'),
  },
  '4000000000000127': {
    brand: 'visa',
    name: 'chargeDeclinedIncorrectCvc',
    declinesWhenAttached: true,
    outcome: refuses('incorrect_cvc', "Your card's security code is incorrect."),
  },
  '4000000000000341': {
    brand: 'visa',
    name: 'chargeCustomerFail',
    outcome: declines('generic_decline'),
  },
  '4000002500003155': {
    brand: 'visa',
    name: 'authenticationRequiredOnSetup',
    outcome: { kind: 'authenticates' },
    authenticatesOnce: true,
  },
  '4000002760003184': {
    brand: 'visa',
    name: 'authenticationRequired',
    outcome: { kind: 'authenticates' },
  },
  '4000000000000259': { brand: 'visa', name: 'createDispute', outcome: succeeds, disputes: true },
}

/** The test card that a number, or the last four digits of one, stands for. */
export function testCard(number: string): TestCard | undefined {
  const found = Object.keys(TEST_CARDS).find((known) => known.endsWith(number))
  return found === undefined ? undefined : TEST_CARDS[found]
}

/** The number of a card that the API knows by name, such as `pm_card_visa` or `tok_visa`. */
export function numberOfToken(token: string): string | undefined {
  const name = token.replace(/^(pm_card|tok)_/, '')
  return Object.keys(TEST_CARDS).find((number) => TEST_CARDS[number]?.name === name)
}

/** Account numbers of bank debits, which pay later: one that pays, one that fails. */
export const TEST_DEBITS: Readonly<Record<string, { succeeds: boolean }>> = {
  DE89370400440532013000: { succeeds: true },
  DE62370400440532013001: { succeeds: false },
}
