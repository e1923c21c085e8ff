import { invalidRequest } from '../http/stripe-error.js'
import type { Transaction } from '../world/transaction.js'

/**
 * Who subscribes in one currency subscribes in no other.
 *
 * @see https://docs.stripe.com/billing/customer#currency
 */
export function refuseSecondCurrency(tx: Transaction, customer: string, currency: string): void {
  const [other] = tx.find(
    'subscription',
    (it) => it.customer === customer && it.ended_at === null && it.currency !== currency,
  )
  if (!other) return
  throw invalidRequest(
    `You cannot combine currencies on a single customer. This customer has an active subscription, subscription schedule, discount, quote, or invoice item with currency ${other.currency}.`,
  )
}
