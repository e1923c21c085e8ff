import { blank } from '../spec/blank.js'
import type { Charge, Dispute } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { view } from '../world/view.js'
import { book } from './balance-transaction.js'

const DAYS_TO_ANSWER = 9

/** The cardholder disputes a charge: the amount leaves the account until it is won. */
export function openDispute(tx: Transaction, charge: Charge, reason: string): Dispute {
  charge.disputed = true
  const { amount, currency, payment_intent } = charge
  const created = blank('dispute', { id: tx.id('dispute'), amount, charge: charge.id })
  const dispute = tx.add('dispute', {
    ...created,
    created: tx.now,
    currency,
    evidence_details: {
      ...created.evidence_details,
      due_by: tx.now + DAYS_TO_ANSWER * 86_400,
      submission_method: 'not_submitted',
    },
    network_reason_code: '10.4',
    payment_intent,
    payment_method_details: {
      card: {
        brand: 'visa',
        case_type: 'chargeback',
        network: 'visa',
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason,
    status: 'needs_response',
  })
  tx.emit('charge.dispute.created', dispute)
  withdraw(tx, dispute, -amount)
  tx.emit('charge.dispute.funds_withdrawn', dispute)
  return dispute
}

/** The bank decides. */
export function closeDispute(tx: Transaction, dispute: Dispute, status: 'won' | 'lost'): void {
  dispute.status = status
  if (status === 'won') {
    withdraw(tx, dispute, dispute.amount)
    tx.emit('charge.dispute.funds_reinstated', dispute)
  }
  tx.emit('charge.dispute.closed', dispute)
}

function withdraw(tx: Transaction, dispute: Dispute, amount: number): void {
  const booked = book(tx, 'adjustment', dispute.id, amount, dispute.currency)
  dispute.balance_transactions.push(view(tx, booked) as never)
}
