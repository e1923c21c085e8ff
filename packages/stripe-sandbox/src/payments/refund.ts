import { invalidRequest } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import type { Charge, Refund } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { book } from './balance-transaction.js'

/**
 * Gives a part of a charge back, or all that is left of it.
 *
 * @throws StripeError charge_already_refunded, or where more is asked for than is left.
 */
export function refundCharge(
  tx: Transaction,
  charge: Charge,
  {
    amount,
    ...fields
  }: { amount?: number; reason?: Refund['reason']; metadata?: Refund['metadata'] },
): Refund {
  const left = charge.amount_captured - charge.amount_refunded
  if (!charge.paid) throw invalidRequest(`Charge ${charge.id} was not paid and cannot be refunded.`)
  if (left === 0)
    throw invalidRequest(
      `Charge ${charge.id} has already been refunded.`,
      undefined,
      'charge_already_refunded',
    )
  if (amount !== undefined && amount < 1)
    throw invalidRequest('Invalid positive integer', 'amount', 'parameter_invalid_integer')
  if (amount !== undefined && amount > left)
    throw invalidRequest(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      'amount',
    )
  const id = tx.id('refund')
  const given = amount ?? left
  const refund = tx.add(
    'refund',
    blank('refund', {
      id,
      amount: given,
      balance_transaction: book(tx, 'refund', id, -given, charge.currency).id,
      charge: charge.id,
      created: tx.now,
      currency: charge.currency,
      customer: charge.customer,
      destination_details: { card: { reference_status: 'pending', type: 'refund' }, type: 'card' },
      metadata: {},
      payment_intent: charge.payment_intent,
      payment_method: charge.payment_method,
      status: 'succeeded',
      ...fields,
    }),
  )
  charge.amount_refunded += given
  charge.refunded = charge.amount_refunded === charge.amount
  tx.emit('refund.created', refund)
  tx.emit('charge.refunded', charge)
  return refund
}
