import type { Transaction } from '@titanforge/core'
import type { DayRange } from './day-range.js'

const MOVEMENTS = `
  INSERT INTO mrr_movements (customer_id, at, day, currency, kind, amount, balance, nth, paying_change,
                             cause_sub, source_version, reason)
  SELECT customer_id, at, day, currency, kind, abs(delta), balance, nth, paying_change, subscription_id, revision,
         CASE WHEN kind = 'churn' AND reason = 'delinquent' OR kind = 'reactivation' AND reason = 'recovered'
              THEN reason END
  FROM rolled_ledger WHERE day BETWEEN $1 AND $2`

// By the ends of days: who pays only between two of them never paid (S8).
const CUSTOMERS = `
  INSERT INTO mrr_customers (customer_id, currency, first_paid_day)
  SELECT customer_id, currency, min(day) FROM rolled_ledger
  WHERE balance > 0 AND next_day IS DISTINCT FROM day
  GROUP BY customer_id, currency`

/** Writes the ledger of a range (S6), and since when each customer has paid. */
export async function rollUpMovements(tx: Transaction, { from, to }: DayRange): Promise<void> {
  await tx.query('DELETE FROM mrr_movements WHERE day BETWEEN $1 AND $2', [from, to])
  await tx.query(
    `DELETE FROM mrr_customers WHERE first_paid_day BETWEEN $1 AND $2
        OR customer_id IN (SELECT customer_id FROM rolled_customers)`,
    [from, to],
  )
  await tx.query(MOVEMENTS, [from, to])
  await tx.query(CUSTOMERS)
}
