import type { Database } from '@titanforge/database'
import type { CustomerMonth, MrrDay, MrrPeriod } from '../contract.js'
import type { DayRange } from '../roll-up/day-range.js'

// As float8, which holds every amount below 2^53 exactly, and comes as a number.
const AMOUNTS = ['start', 'new', 'reactivation', 'expansion', 'contraction', 'churn', '"end"']
  .map((column) => `${column}::float8`)
  .join(', ')

export const mrrByDay = (db: Database, { from, to }: DayRange): Promise<MrrDay[]> =>
  db.query(
    `SELECT day::text, currency, ${AMOUNTS}, committed::float8, customers, is_provisional AS "isProvisional"
     FROM mrr_snapshots WHERE day BETWEEN $1 AND $2 ORDER BY day, currency`,
    [from, to],
  )

export const mrrByMonth = (db: Database, { from, to }: DayRange): Promise<MrrPeriod[]> =>
  db.query(
    `SELECT month::text AS day, currency, ${AMOUNTS}, is_provisional AS "isProvisional" FROM mrr_months
     WHERE month BETWEEN date_trunc('month', $1::date) AND $2 ORDER BY month, currency`,
    [from, to],
  )

export const customersByMonth = (db: Database, { from, to }: DayRange): Promise<CustomerMonth[]> =>
  db.query(
    `SELECT month::text, start, new, reactivated, churned, "end", is_provisional AS "isProvisional"
     FROM customer_months WHERE month BETWEEN date_trunc('month', $1::date) AND $2 ORDER BY month`,
    [from, to],
  )
