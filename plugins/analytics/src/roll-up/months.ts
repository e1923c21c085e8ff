import type { Transaction } from '@titanforge/core'
import type { DayRange } from './day-range.js'
import { byKind, netted } from './netted.js'
import { isProvisional } from './scope.js'

const MONTH = "date_trunc('month', day)::date"
const IN_MONTHS = `day >= date_trunc('month', $1::date)::date
  AND day < (date_trunc('month', $2::date) + interval '1 month')::date`
/** The day after a month's last. */
const NEXT = "(month + interval '1 month')::date"

const MRR = `
  WITH moved AS (
    SELECT period AS month, currency, ${byKind} FROM (${netted({ period: MONTH, where: IN_MONTHS, isFirst: "date_trunc('month', first_paid_day) = period" })}) AS netted GROUP BY 1, 2
  ), ends AS (
    SELECT ${MONTH} AS month, currency, (array_agg(start ORDER BY day))[1] AS start,
           (array_agg("end" ORDER BY day DESC))[1] AS "end"
    FROM mrr_snapshots WHERE ${IN_MONTHS} GROUP BY 1, 2
  )
  INSERT INTO mrr_months (month, currency, start, new, reactivation, expansion, contraction, churn, "end", is_provisional)
  SELECT month, currency, start, coalesce(new, 0), coalesce(reactivation, 0), coalesce(expansion, 0),
         coalesce(contraction, 0), coalesce(churn, 0), "end", ${isProvisional(`${NEXT} - 1`)}
  FROM ends LEFT JOIN moved USING (month, currency)`

const CUSTOMERS = `
  WITH changed AS (
    SELECT customer_id, ${MONTH} AS month, sum(paying_change) AS change, max(paying_since) AS since
    FROM mrr_movements WHERE ${IN_MONTHS} GROUP BY 1, 2 HAVING sum(paying_change) <> 0
  ), moved AS (
    SELECT month, count(*) FILTER (WHERE change > 0 AND date_trunc('month', since) = month) AS new,
           count(*) FILTER (WHERE change > 0) AS joined, count(*) FILTER (WHERE change < 0) AS churned
    FROM changed GROUP BY month
  ), ends AS (
    SELECT ${MONTH} AS month, (array_agg(value ORDER BY day DESC))[1]::int AS "end"
    FROM daily_metrics WHERE metric = 'paying_customers' AND ${IN_MONTHS} GROUP BY 1
  )
  INSERT INTO customer_months (month, start, new, reactivated, churned, "end", is_provisional)
  SELECT month, "end" - coalesce(joined, 0) + coalesce(churned, 0), coalesce(new, 0), coalesce(joined - new, 0),
         coalesce(churned, 0), "end", ${isProvisional(`${NEXT} - 1`)}
  FROM ends LEFT JOIN moved USING (month)`

/** What each month that the range touches came to, by its first and last moment (S11). */
export async function rollUpMonths(tx: Transaction, { from, to }: DayRange): Promise<void> {
  for (const table of ['mrr_months', 'customer_months']) {
    await tx.query(
      `DELETE FROM ${table}
       WHERE month BETWEEN date_trunc('month', $1::date)::date AND date_trunc('month', $2::date)::date`,
      [from, to],
    )
  }
  await tx.query(MRR, [from, to])
  await tx.query(CUSTOMERS, [from, to])
}
