import type { Transaction } from '@titanforge/core'
import type { DayRange } from './day-range.js'
import { byKind, netted } from './netted.js'
import { beginOf, isProvisional, notInternal, type Scope } from './scope.js'

// The newest revision that had come into effect is what counts at a moment. One row a currency, and one
// without for the customers of all; who is active nowhere is worth nothing.
const START = `
  CREATE TEMPORARY TABLE rolled_start ON COMMIT DROP AS
  WITH newest AS (
    SELECT DISTINCT ON (subscription_id) customer_id, currency, amount, committed, is_active
    FROM mrr_changes
    WHERE at < ${beginOf('$1')} AND livemode = $2 AND ${notInternal('customer_id')}
    ORDER BY subscription_id, revision DESC, step DESC
  ), wallets AS MATERIALIZED (
    SELECT customer_id, currency, sum(amount) AS amount, sum(committed) AS committed
    FROM newest WHERE is_active GROUP BY customer_id, currency
  ), customers AS (
    SELECT bool_or(amount > 0) AS is_paying FROM wallets GROUP BY customer_id
  )
  SELECT currency, sum(amount) AS amount, sum(committed) AS committed,
         count(*) FILTER (WHERE amount > 0) AS paying, count(*) AS active
  FROM wallets GROUP BY currency
  UNION ALL SELECT NULL, NULL, NULL, count(*) FILTER (WHERE is_paying), count(*) FROM customers`

const SNAPSHOTS = `
  WITH moved AS (
    SELECT period AS day, currency, ${byKind}, sum(wallet_change) AS customers
    FROM (${netted({ period: 'day', where: 'day BETWEEN $1 AND $2', isFirst: 'first_paid_day = period' })}) AS netted GROUP BY 1, 2
  ), committed AS (
    SELECT day, currency, sum(committed - committed_before) AS committed
    FROM rolled_states WHERE day BETWEEN $1 AND $2 GROUP BY 1, 2
  ), base AS (
    SELECT currency, amount, committed, paying AS customers FROM rolled_start WHERE currency IS NOT NULL
  ), currencies AS (
    SELECT currency FROM base UNION SELECT currency FROM committed
  ), daily AS (
    SELECT day::date, currency, coalesce(new, 0) AS new, coalesce(reactivation, 0) AS reactivation,
           coalesce(expansion, 0) AS expansion, coalesce(contraction, 0) AS contraction, coalesce(churn, 0) AS churn,
           coalesce(committed.committed, 0) AS committed, coalesce(moved.customers, 0) AS customers
    FROM generate_series($1::date, $2::date, interval '1 day') AS day CROSS JOIN currencies
    LEFT JOIN moved USING (day, currency) LEFT JOIN committed USING (day, currency)
  ), running AS (
    SELECT daily.*, new + reactivation + expansion - contraction - churn AS change,
           coalesce(base.amount, 0) + sum(new + reactivation + expansion - contraction - churn) OVER past AS "end",
           coalesce(base.committed, 0) + sum(daily.committed) OVER past AS committed_end,
           coalesce(base.customers, 0) + sum(daily.customers) OVER past AS customers_end
    FROM daily LEFT JOIN base USING (currency)
    WINDOW past AS (PARTITION BY currency ORDER BY day)
  )
  INSERT INTO mrr_snapshots (day, currency, start, new, reactivation, expansion, contraction, churn, "end",
                             committed, customers, is_provisional)
  SELECT day, currency, "end" - change, new, reactivation, expansion, contraction, churn, "end", committed_end,
         customers_end, ${isProvisional('day')}
  FROM running WHERE "end" <> 0 OR "end" - change <> 0`

// Free plans make active customers too (S5).
const CUSTOMERS = `
  WITH activity AS (
    SELECT day, (running > 0)::int - (running - change > 0)::int AS change FROM (
      SELECT day, is_active::int - was_active::int AS change,
             sum(is_active::int - was_active::int)
               OVER (PARTITION BY customer_id ORDER BY at, subscription_id, revision, step) AS running
      FROM rolled_states WHERE is_active <> was_active
    ) AS subscriptions
  ), changes AS (
    SELECT day, 'paying_customers' AS metric, paying_change AS change FROM mrr_movements WHERE day BETWEEN $1 AND $2
    UNION ALL SELECT day, 'active_customers', change FROM activity WHERE day BETWEEN $1 AND $2
  ), base AS (
    SELECT paying AS paying_customers, active AS active_customers FROM rolled_start WHERE currency IS NULL
  ), daily AS (
    SELECT day::date, metric, start, coalesce(change, 0) AS change
    FROM generate_series($1::date, $2::date, interval '1 day') AS day
    CROSS JOIN base
    CROSS JOIN LATERAL (
      VALUES ('paying_customers', paying_customers), ('active_customers', active_customers)
    ) AS figure (metric, start)
    LEFT JOIN (SELECT day, metric, sum(change) AS change FROM changes GROUP BY 1, 2) AS changed USING (day, metric)
  )
  INSERT INTO daily_metrics (day, metric, value, is_provisional)
  SELECT day, metric, start + sum(change) OVER (PARTITION BY metric ORDER BY day), ${isProvisional('day')} FROM daily`

/** What all customers were worth at the end of each day, and how they came there (S7). */
export async function rollUpSnapshots(
  tx: Transaction,
  { from, to }: DayRange,
  { livemode }: Scope,
): Promise<void> {
  await tx.query('DROP TABLE IF EXISTS rolled_start')
  await tx.query(START, [from, livemode])
  await tx.query('DELETE FROM mrr_snapshots WHERE day BETWEEN $1 AND $2', [from, to])
  await tx.query(SNAPSHOTS, [from, to])
  await tx.query(
    `DELETE FROM daily_metrics WHERE day BETWEEN $1 AND $2
       AND metric IN ('paying_customers', 'active_customers')`,
    [from, to],
  )
  await tx.query(CUSTOMERS, [from, to])
}
