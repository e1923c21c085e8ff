import type { CheckoutSession } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { amountsOf, lineAmount } from './line-items.js'

/** Sets what is paid when the session is completed: with a trial, nothing for what recurs. */
export function setAmounts(tx: Transaction, session: CheckoutSession): void {
  const { trial_period_days, trial_end } = session._subscription_data
  const hasTrial = trial_period_days !== undefined || trial_end !== undefined
  const counted = session._lines.map(({ price: id, quantity }) => {
    const price = tx.get('price', id)
    return hasTrial && price.recurring ? 0 : lineAmount(price, quantity)
  })
  const off = amountsOf(tx, session).map((amount, index) => Math.min(amount, counted[index] ?? 0))
  session.amount_subtotal = sum(counted)
  session.amount_total = sum(counted) - sum(off)
  session.total_details = { amount_discount: sum(off), amount_shipping: 0, amount_tax: 0 }
}

const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0)
