import { blank } from '../spec/blank.js'
import type { Customer, CustomerBalanceTransaction } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

type Why = Pick<CustomerBalanceTransaction, 'currency' | 'type'> &
  Partial<Pick<CustomerBalanceTransaction, 'credit_note' | 'description' | 'invoice' | 'metadata'>>

/**
 * Changes a customer's balance, and books why.
 *
 * @param amount minor units; below zero is credit.
 * @see https://docs.stripe.com/billing/customer/balance
 */
export function bookBalance(
  tx: Transaction,
  customer: Customer,
  amount: number,
  why: Why,
): CustomerBalanceTransaction {
  customer.balance += amount
  tx.emit('customer.updated', customer)
  return tx.add(
    'customer_balance_transaction',
    blank('customer_balance_transaction', {
      id: tx.id('customer_balance_transaction'),
      amount,
      created: tx.now,
      customer: customer.id,
      ending_balance: customer.balance,
      metadata: {},
      ...why,
    }),
  )
}
