import type { Transaction } from '@titanforge/core'
import type { DayRange } from './day-range.js'

const MOVEMENTS = `
  INSERT INTO mrr_movements (customer_id, at, day, currency, kind, amount, balance, nth,
                             first_paid_day, paying_since, paying_change, cause_sub, source_version, reason)
  SELECT customer_id, at, day, currency, kind, abs(delta), balance, nth, first_paid_day, paying_since, paying_change, subscription_id, revision,
         CASE WHEN kind = 'churn' AND reason = 'delinquent' OR kind = 'reactivation' AND reason = 'recovered'
              THEN reason END
  FROM rolled_ledger WHERE day BETWEEN $1 AND $2`

/** Writes the ledger of a range (S6). */
export async function rollUpMovements(tx: Transaction, { from, to }: DayRange): Promise<void> {
  await tx.query('DELETE FROM mrr_movements WHERE day BETWEEN $1 AND $2', [from, to])
  await tx.query(MOVEMENTS, [from, to])
}
