import { blank } from '../spec/blank.js'
import type { BalanceTransaction } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/**
 * Books an amount on the account's balance. A charge costs Stripe's fee of 2.9 % and 30.
 *
 * @param amount minor units; below zero for what leaves the account.
 */
export function book(
  tx: Transaction,
  type: 'charge' | 'refund' | 'adjustment',
  source: string,
  amount: number,
  currency: string,
): BalanceTransaction {
  const fee = type === 'charge' ? Math.round(amount * 0.029) + 30 : 0
  const description = 'Stripe processing fees'
  const details = { amount: fee, application: null, currency, description, type: 'stripe_fee' }
  return tx.add(
    'balance_transaction',
    blank('balance_transaction', {
      id: tx.id('balance_transaction'),
      amount,
      available_on: tx.now + 2 * 86_400,
      balance_type: 'payments',
      created: tx.now,
      currency,
      fee,
      fee_details: fee > 0 ? [details] : [],
      net: amount - fee,
      reporting_category: type === 'adjustment' ? 'dispute' : type,
      source,
      status: 'pending',
      type,
    }),
  )
}
