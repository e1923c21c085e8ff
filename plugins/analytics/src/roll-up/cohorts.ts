import type { Transaction } from '@titanforge/core'
import { notInternal, type Scope } from './scope.js'

const RETENTION = `
  WITH moved AS (
    SELECT date_trunc('month', max(paying_since))::date AS cohort, customer_id,
           date_trunc('month', day)::date AS month, sum(paying_change) AS change
    FROM mrr_movements GROUP BY customer_id, month
  ), sizes AS (
    SELECT cohort, count(DISTINCT customer_id) AS size FROM moved WHERE cohort IS NOT NULL GROUP BY cohort
  ), changes AS (
    SELECT cohort, month, sum(change) AS change FROM moved GROUP BY cohort, month
  ), months AS (
    SELECT cohort, size, month::date FROM sizes
    CROSS JOIN generate_series(cohort, (SELECT max(day) FROM daily_metrics WHERE metric = 'paying_customers'), interval '1 month') AS month
  )
  INSERT INTO retention_cohorts (cohort, months, size, customers)
  SELECT cohort, row_number() OVER past - 1, size, sum(coalesce(change, 0)) OVER past
  FROM months LEFT JOIN changes USING (cohort, month)
  WINDOW past AS (PARTITION BY cohort ORDER BY month)`

// A trial is converted by the first invoice of its subscription that somebody paid for (S13). When it ends,
// what was heard last says: it may be made longer, or end early.
const TRIALS = `
  WITH trials AS (
    SELECT subscription_id, min(at) FILTER (WHERE status = 'trialing') AS started_at,
           (array_agg(trial_end ORDER BY revision DESC) FILTER (WHERE trial_end IS NOT NULL))[1] AS ends_at
    FROM mrr_changes
    WHERE subscription_id IN (SELECT subscription_id FROM mrr_changes WHERE status = 'trialing')
      AND livemode = $1 AND ${notInternal('customer_id')}
    GROUP BY subscription_id
  ), windows AS (
    SELECT *, coalesce(ends_at, started_at) + interval '14 days' AS until FROM trials
  ), paid AS (
    SELECT s.id AS subscription_id, min(r.at) AS at
    FROM revenue_entries r JOIN invoices i ON i.stripe_invoice_id = r.payment_id
    JOIN subscriptions s USING (stripe_subscription_id)
    WHERE r.kind = 'payment' AND s.id IN (SELECT subscription_id FROM trials) GROUP BY s.id
  ), results AS (
    SELECT started_at, ends_at, until, coalesce(paid.at <= until, false) AS is_converted
    FROM windows LEFT JOIN paid USING (subscription_id)
  ), started AS (
    SELECT date_trunc('month', started_at AT TIME ZONE 'UTC')::date AS month, count(*) AS started,
           count(*) FILTER (WHERE is_converted) AS converted, bool_or(until > now()) AS is_open
    FROM results GROUP BY 1
  ), ended AS (
    SELECT date_trunc('month', ends_at AT TIME ZONE 'UTC')::date AS month, count(*) AS ended,
           count(*) FILTER (WHERE is_converted) AS ended_converted
    FROM results WHERE ends_at <= now() GROUP BY 1
  )
  INSERT INTO trial_cohorts (month, started, converted, is_open, ended, ended_converted)
  SELECT month, coalesce(started, 0), coalesce(converted, 0), coalesce(is_open, false), coalesce(ended, 0),
         coalesce(ended_converted, 0)
  FROM started FULL JOIN ended USING (month)`

/** Who of those that began to pay, or to try, in a month still pays, or began to (S13, S17). */
export async function rollUpCohorts(tx: Transaction, { livemode }: Scope): Promise<void> {
  await tx.query('DELETE FROM retention_cohorts')
  await tx.query(RETENTION)
  await tx.query('DELETE FROM trial_cohorts')
  await tx.query(TRIALS, [livemode])
}
