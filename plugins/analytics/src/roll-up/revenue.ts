import type { Transaction } from '@titanforge/core'
import type { DayRange } from './day-range.js'
import { beginOf, dayOf, isProvisional, notInternal, type Scope } from './scope.js'

const METRICS = [
  'payments',
  'revenue',
  'refunded',
  'dispute_lost',
  'tax',
  'net_revenue',
  'usage_revenue',
]

const SUM = `
  WITH daily AS (
    SELECT ${dayOf('at')} AS day, currency,
           count(*) FILTER (WHERE kind = 'payment') AS payments,
           coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0) AS revenue,
           coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0) AS refunded,
           coalesce(sum(amount) FILTER (WHERE kind = 'dispute_lost'), 0) AS dispute_lost,
           sum(tax) AS tax, sum(usage) AS usage
    FROM revenue_entries
    WHERE at >= ${beginOf('$1')} AND at < ${beginOf('$2', 1)} AND livemode = $3
      AND ${notInternal('customer_id')}
    GROUP BY 1, 2
  )
  INSERT INTO daily_metrics (day, metric, currency, value, is_provisional)
  SELECT day, metric, currency, value, ${isProvisional('day')}
  FROM daily CROSS JOIN LATERAL (
    VALUES ('payments', payments::numeric), ('revenue', revenue), ('refunded', refunded),
           ('dispute_lost', dispute_lost), ('tax', tax),
           ('net_revenue', revenue - refunded - dispute_lost - tax), ('usage_revenue', usage)
  ) AS figure (metric, value)
  WHERE value <> 0`

/** What came in and went back, on the day when it did (S15). */
export async function rollUpRevenue(
  tx: Transaction,
  { from, to }: DayRange,
  { livemode }: Scope,
): Promise<void> {
  await tx.query('DELETE FROM daily_metrics WHERE day BETWEEN $1 AND $2 AND metric = ANY ($3)', [
    from,
    to,
    METRICS,
  ])
  await tx.query(SUM, [from, to, livemode])
}
