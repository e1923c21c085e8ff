import { DAYS } from './load.js'

// What somebody writes who needs these figures once: each group in one pass, all customers at once, into
// tables without an index.
const FIRST = `((now() AT TIME ZONE 'UTC')::date - ${DAYS - 1})`
const LAST = "(now() AT TIME ZONE 'UTC')::date"
const since = (column) => `${column} >= ${FIRST}::timestamp AT TIME ZONE 'UTC'`
const day = (column) => `(${column} AT TIME ZONE 'UTC')::date`
const KINDS = ['new', 'reactivation', 'expansion', 'contraction', 'churn']
const byKind = KINDS.map(
  (kind) => `coalesce(sum(amount) FILTER (WHERE kind = '${kind}'), 0) AS ${kind}`,
).join(', ')

const netted = (period) => `
  SELECT period, currency, CASE WHEN before = 0 AND first = period THEN 'new' WHEN before = 0 THEN 'reactivation'
    WHEN after = 0 THEN 'churn' WHEN after > before THEN 'expansion' ELSE 'contraction' END AS kind,
    abs(after - before) AS amount, (after > 0)::int - (before > 0)::int AS customers
  FROM (
    SELECT customer_id, currency, period, after, lag(after, 1, 0::numeric) OVER wallet AS before,
      min(period) FILTER (WHERE after > 0) OVER (PARTITION BY customer_id, currency) AS first
    FROM (
      SELECT DISTINCT ON (customer_id, currency, ${period}) customer_id, currency, ${period} AS period, balance AS after
      FROM hand_movements ORDER BY customer_id, currency, ${period}, at DESC, subscription_id DESC, revision DESC
    ) AS last
    WINDOW wallet AS (PARTITION BY customer_id, currency ORDER BY period)
  ) AS ends WHERE after <> before`

/** Each part with the tables that it makes. */
const PARTS = {
  counts: `CREATE TABLE hand_counts AS
    SELECT ${day('timestamp')} AS day, event_type,
      CASE event_type WHEN 'analytics.api_called' THEN payload ->> 'route' WHEN 'analytics.tracked' THEN payload ->> 'type'
        WHEN 'analytics.agent_run_ended' THEN payload ->> 'agent' END AS dimension,
      count(*) AS events, count(*) FILTER (WHERE event_type = 'analytics.api_called' AND (payload ->> 'status')::int >= 500) AS errors
    FROM events WHERE ${since('timestamp')} GROUP BY 1, 2, 3`,
  agents: `CREATE TABLE hand_agents AS
    SELECT ${day('timestamp')} AS day, payload ->> 'agent' AS agent, count(*) FILTER (WHERE payload ->> 'status' = 'succeeded') AS succeeded,
      percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY (payload ->> 'durationMs')::float8) AS ms
    FROM events WHERE event_type = 'analytics.agent_run_ended' AND ${since('timestamp')}
    GROUP BY GROUPING SETS ((1, 2), (1))`,
  active: `CREATE TABLE hand_active AS
    WITH ud AS (
      SELECT DISTINCT user_id, ${day('timestamp')} AS day FROM events
      WHERE event_type IN ('auth.logged_in', 'analytics.api_called', 'analytics.tracked', 'analytics.agent_run_ended') AND user_id IS NOT NULL
    ), nx AS (SELECT day, lead(day) OVER (PARTITION BY user_id ORDER BY day) AS nxt FROM ud),
    marks AS (
      SELECT day AS d, count(*) AS dau, count(*) AS w, count(*) AS m FROM nx GROUP BY 1
      UNION ALL SELECT least(nxt, day + 7), 0, -count(*), 0 FROM nx GROUP BY 1
      UNION ALL SELECT least(nxt, day + 30), 0, 0, -count(*) FROM nx GROUP BY 1
    ), s AS (SELECT d, sum(dau) AS dau, sum(w) AS w, sum(m) AS m FROM marks GROUP BY 1)
    SELECT d AS day, dau, sum(w) OVER o AS wau, sum(m) OVER o AS mau FROM s WINDOW o AS (ORDER BY d)`,
  revenue: `CREATE TABLE hand_revenue AS
    SELECT ${day('at')} AS day, currency, count(*) FILTER (WHERE kind = 'payment') AS payments,
      sum(amount) FILTER (WHERE kind = 'payment') AS revenue, sum(amount) FILTER (WHERE kind = 'refund') AS refunded, sum(tax) AS tax
    FROM revenue_entries WHERE ${since('at')} GROUP BY 1, 2`,
  movements: `CREATE TABLE hand_movements AS
    WITH changes AS (
      SELECT customer_id, subscription_id, revision, at, currency,
        amount - lag(amount, 1, 0::bigint) OVER (PARTITION BY subscription_id ORDER BY revision) AS delta FROM mrr_changes
    ), running AS (
      SELECT *, sum(delta) OVER wallet AS balance, row_number() OVER wallet AS nth FROM changes WHERE delta <> 0
      WINDOW wallet AS (PARTITION BY customer_id, currency ORDER BY at, subscription_id, revision)
    )
    SELECT *, ${day('at')} AS day, CASE WHEN balance = delta AND nth = 1 THEN 'new' WHEN balance = delta THEN 'reactivation'
      WHEN balance = 0 THEN 'churn' WHEN delta > 0 THEN 'expansion' ELSE 'contraction' END AS kind,
      (sum((balance > 0)::int - (balance - delta > 0)::int) OVER (PARTITION BY customer_id ORDER BY at, subscription_id, revision) > 0) AS is_paying
    FROM running`,
  snapshots: `CREATE TABLE hand_snapshots AS
    SELECT *, sum(new + reactivation + expansion - contraction - churn) OVER past AS "end", sum(customers) OVER past AS paying FROM (
      SELECT period AS day, currency, ${byKind}, sum(customers) AS customers FROM (${netted('day')}) AS netted GROUP BY 1, 2
    ) AS daily WINDOW past AS (PARTITION BY currency ORDER BY day)`,
  months: `CREATE TABLE hand_months AS
    SELECT *, sum(new + reactivation + expansion - contraction - churn) OVER (PARTITION BY currency ORDER BY month) AS "end" FROM (
      SELECT period AS month, currency, ${byKind} FROM (${netted("date_trunc('month', day)::date")}) AS netted GROUP BY 1, 2
    ) AS monthly`,
  customers: `CREATE TABLE hand_customers AS
    WITH changed AS (
      SELECT customer_id, day, is_paying::int - coalesce(lag(is_paying) OVER past, false)::int AS change
      FROM hand_movements WINDOW past AS (PARTITION BY customer_id ORDER BY at, subscription_id, revision)
    ), firsts AS (
      SELECT customer_id, date_trunc('month', min(day)) AS cohort FROM changed GROUP BY customer_id
    ), daily AS (SELECT day, sum(change) AS change FROM changed GROUP BY day),
    monthly AS (
      SELECT customer_id, date_trunc('month', day) AS month, sum(change) AS change FROM changed GROUP BY 1, 2 HAVING sum(change) <> 0
    )
    SELECT 'day' AS what, day::timestamp AS of, NULL::timestamp AS cohort, sum(change) OVER (ORDER BY day) AS n FROM daily
    UNION ALL SELECT 'churned', month, NULL, count(*) FROM monthly WHERE change < 0 GROUP BY month
    UNION ALL SELECT 'joined', month, NULL, count(*) FROM monthly WHERE change > 0 GROUP BY month
    UNION ALL SELECT 'kept', month, cohort, sum(sum(change)) OVER (PARTITION BY cohort ORDER BY month)
      FROM monthly JOIN firsts USING (customer_id) GROUP BY month, cohort`,
  activeCustomers: `CREATE TABLE hand_active_customers AS
    WITH changed AS (
      SELECT customer_id, subscription_id, revision, at, committed - lag(committed, 1, 0::bigint) OVER w AS committed, currency,
        is_active::int - coalesce(lag(is_active) OVER w, false)::int AS change
      FROM mrr_changes WINDOW w AS (PARTITION BY subscription_id ORDER BY revision)
    ), running AS (
      SELECT at, change, sum(change) OVER (PARTITION BY customer_id ORDER BY at, subscription_id, revision) AS n FROM changed WHERE change <> 0
    )
    SELECT 'active' AS what, ${day('at')} AS day, '' AS currency, sum((n > 0)::int - (n - change > 0)::int) AS change FROM running GROUP BY 2
    UNION ALL SELECT 'committed', ${day('at')}, currency, sum(committed) FROM changed GROUP BY 2, 3`,
}

export const TABLES =
  'hand_counts, hand_agents, hand_active, hand_revenue, hand_movements, hand_snapshots, hand_months, hand_customers, hand_active_customers'

/** Sums of both ways, which have to be equal. */
export const CHECKS = {
  'API calls': [
    "SELECT sum(events) AS n FROM hand_counts WHERE event_type = 'analytics.api_called'",
    "SELECT sum(value) AS n FROM daily_metrics WHERE metric = 'api_calls' AND dimension = ''",
  ],
  'monthly active users': [
    `SELECT sum(mau) AS n FROM hand_active WHERE day BETWEEN ${FIRST} AND ${LAST}`,
    "SELECT sum(value) AS n FROM daily_metrics WHERE metric = 'mau'",
  ],
  'what was lost, by day': [
    `SELECT sum(churn + contraction) AS n FROM hand_snapshots WHERE day >= ${FIRST}`,
    'SELECT sum(churn + contraction) AS n FROM mrr_snapshots',
  ],
  'what was won, by month': [
    `SELECT sum(new + reactivation) AS n FROM hand_months WHERE month >= ${FIRST}`,
    `SELECT sum(new + reactivation) AS n FROM mrr_months WHERE month >= ${FIRST}`,
  ],
  'MRR today': [
    `SELECT sum("end") AS n FROM (SELECT DISTINCT ON (currency) "end" FROM hand_snapshots ORDER BY currency, day DESC) AS last`,
    `SELECT sum("end") AS n FROM mrr_snapshots WHERE day = ${LAST}`,
  ],
  'paying customers today': [
    "SELECT n FROM hand_customers WHERE what = 'day' ORDER BY of DESC LIMIT 1",
    `SELECT value AS n FROM daily_metrics WHERE metric = 'paying_customers' AND day = ${LAST}`,
  ],
}

/** Computes all, and answers with the milliseconds of each part. */
export async function byHand(client) {
  await client.query(`DROP TABLE IF EXISTS ${TABLES}`)
  await client.query('BEGIN')
  await client.query("SET LOCAL work_mem = '128MB'")
  const ms = {}
  for (const [name, sql] of Object.entries(PARTS)) {
    const begin = performance.now()
    await client.query(sql)
    ms[name] = performance.now() - begin
  }
  await client.query('COMMIT')
  return ms
}
