import type { Transaction } from '@titanforge/core'

// Each branch is one figure per day, over all days in one pass. Days are UTC; a subscription's MRR on a day
// is that of its newest change before the day's end.
const FIGURES = `
  WITH days AS (SELECT day::date FROM generate_series($1::date, $2::date, interval '1 day') AS day),
  log AS (
    SELECT (timestamp AT TIME ZONE 'UTC')::date AS day, event_type, user_id, payload
    FROM events
    WHERE timestamp >= $1::date::timestamp AT TIME ZONE 'UTC'
      AND timestamp < ($2::date + 1)::timestamp AT TIME ZONE 'UTC'
      AND event_type IN ('auth.signed_up', 'auth.logged_in', 'billing.payment_succeeded')
  ),
  mrr AS (
    SELECT d.day, state.user_id, state.currency, state.amount
    FROM days d CROSS JOIN LATERAL (
      SELECT DISTINCT ON (subscription_id) user_id, currency, amount
      FROM mrr_changes
      WHERE effective_at < (d.day + 1)::timestamp AT TIME ZONE 'UTC'
      ORDER BY subscription_id, revision DESC
    ) state
    WHERE state.amount > 0
  )
  SELECT day, 'sign_ups' AS metric, '' AS currency, count(*)::numeric AS value
    FROM log WHERE event_type = 'auth.signed_up' GROUP BY day
  UNION ALL
  SELECT day, 'active_users', '', count(DISTINCT user_id)
    FROM log WHERE event_type = 'auth.logged_in' GROUP BY day
  UNION ALL
  SELECT day, 'payments', '', count(*)
    FROM log WHERE event_type = 'billing.payment_succeeded' GROUP BY day
  UNION ALL
  SELECT day, 'revenue', payload ->> 'currency', sum((payload ->> 'amount')::bigint)
    FROM log WHERE event_type = 'billing.payment_succeeded' GROUP BY day, payload ->> 'currency'
  UNION ALL
  SELECT day, 'mrr', currency, sum(amount) FROM mrr GROUP BY day, currency
  UNION ALL
  SELECT day, 'paying_customers', '', count(DISTINCT user_id) FROM mrr GROUP BY day`

/**
 * Computes the days from `from` to `to` (UTC, both included) anew. Running it twice gives the same rows;
 * the day that is not over is marked provisional.
 */
export async function rollUp(tx: Transaction, from: string, to: string): Promise<void> {
  // One roll-up at a time, so that two never delete each other's rows.
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('analytics.roll-up', 0))")
  await tx.query('DELETE FROM daily_metrics WHERE day BETWEEN $1 AND $2', [from, to])
  await tx.query(
    `INSERT INTO daily_metrics (day, metric, currency, value, is_provisional)
     SELECT day, metric, currency, value, day >= (now() AT TIME ZONE 'UTC')::date FROM (${FIGURES}) AS figures`,
    [from, to],
  )
}
