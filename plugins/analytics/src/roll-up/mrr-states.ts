import type { Transaction } from '@titanforge/core'
import type { DayRange } from './day-range.js'
import { beginOf, dayOf, notInternal, type Scope } from './scope.js'

const TOUCHED = `
  CREATE TEMPORARY TABLE rolled_customers ON COMMIT DROP AS
  SELECT DISTINCT customer_id FROM mrr_changes
  WHERE at >= ${beginOf('$1')} AND at < ${beginOf('$2', 1)} AND livemode = $3
    AND ${notInternal('customer_id')}`

// What a revision foresaw for later is void where a newer revision came before. The whole past of whoever
// has a change in the range is read, so that nothing depends on what an earlier roll-up left.
const STATES = `
  CREATE TEMPORARY TABLE rolled_states ON COMMIT DROP AS
  WITH heard AS (
    SELECT * FROM mrr_changes c JOIN rolled_customers USING (customer_id)
    WHERE at < ${beginOf('$1', 1)} AND livemode = $2 AND (step = 0 OR NOT EXISTS (
      SELECT FROM mrr_changes newer
      WHERE newer.subscription_id = c.subscription_id AND newer.revision > c.revision AND newer.at <= c.at
    ))
  )
  SELECT customer_id, subscription_id, revision, step, at, ${dayOf('at')} AS day, currency, status,
         amount, committed, is_active,
         coalesce(lag(amount) OVER past, 0) AS amount_before,
         coalesce(lag(committed) OVER past, 0) AS committed_before,
         coalesce(lag(is_active) OVER past, false) AS was_active,
         lag(status) OVER past AS status_before
  FROM heard
  WINDOW past AS (PARTITION BY subscription_id ORDER BY revision, step)`

// Running sums of a customer's subscriptions: first by currency, then over all currencies. By the ends of
// days: who pays only between two of them never paid (S8).
const LEDGER = `
  CREATE TEMPORARY TABLE rolled_ledger ON COMMIT DROP AS
  WITH changes AS (
    SELECT *, amount - amount_before AS delta,
           sum(amount - amount_before) OVER wallet AS balance,
           row_number() OVER wallet AS nth, lead(day) OVER wallet AS next_day
    FROM rolled_states WHERE amount <> amount_before
    WINDOW wallet AS (PARTITION BY customer_id, currency ORDER BY at, subscription_id, revision, step)
  ), wallets AS (
    SELECT *, sum((balance > 0)::int - (balance - delta > 0)::int)
                OVER (PARTITION BY customer_id ORDER BY at, subscription_id, revision, step) AS wallets,
           (balance > 0)::int - (balance - delta > 0)::int AS wallet_change,
           min(day) FILTER (WHERE balance > 0 AND next_day IS DISTINCT FROM day)
             OVER (PARTITION BY customer_id, currency) AS first_paid_day
    FROM changes
  )
  SELECT customer_id, at, day, currency, delta, balance, nth, first_paid_day,
         min(first_paid_day) OVER (PARTITION BY customer_id) AS paying_since,
         CASE WHEN balance = delta THEN CASE nth WHEN 1 THEN 'new' ELSE 'reactivation' END
              WHEN balance = 0 THEN 'churn'
              WHEN delta > 0 THEN 'expansion'
              ELSE 'contraction' END AS kind,
         (wallets > 0)::int - (wallets - wallet_change > 0)::int AS paying_change,
         subscription_id, revision, step,
         CASE WHEN amount = 0 AND (status_before = 'past_due' OR status = 'unpaid') THEN 'delinquent'
              WHEN amount_before = 0 AND status_before IN ('past_due', 'unpaid') THEN 'recovered'
         END AS reason
  FROM wallets`

/**
 * Lays out, for this transaction, the states of all subscriptions of the customers with a change in the
 * range (`rolled_states`), and the movements that they make up (`rolled_ledger`), both from the beginning.
 */
export async function layOutStates(
  tx: Transaction,
  { from, to }: DayRange,
  { livemode }: Scope,
): Promise<void> {
  await tx.query('DROP TABLE IF EXISTS rolled_customers, rolled_states, rolled_ledger')
  await tx.query(TOUCHED, [from, to, livemode])
  // They may be all or a handful, and the plan depends on it.
  await tx.query('ANALYZE rolled_customers')
  await tx.query(STATES, [to, livemode])
  await tx.query(LEDGER)
  await tx.query('ANALYZE rolled_ledger')
}
