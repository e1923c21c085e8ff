const EVENTS = 1_000_000
const USERS = 50_000
const SUBSCRIPTIONS = 100_000
const PAYMENTS = 300_000
/** Days of events; the last one is today, in UTC. */
export const DAYS = 365

const FIRST_DAY = `((now() AT TIME ZONE 'UTC')::date - ${DAYS - 1})`
const at = (part) =>
  `(${FIRST_DAY}::timestamp AT TIME ZONE 'UTC') + ${part} * interval '${DAYS} days'`

// Few users do most; subscriptions began up to half a year before the first event.
const LOAD = [
  'SELECT setseed(0.42)',
  `INSERT INTO users (id, email) SELECT gen_random_uuid(), n || '@example.com' FROM generate_series(1, ${USERS}) n`,
  `CREATE TEMPORARY TABLE people AS SELECT id, row_number() OVER () AS n FROM users`,
  `INSERT INTO events (id, user_id, key, event_type, payload, timestamp, stored_at, version, correlation_id)
   SELECT gen_random_uuid(), id, id::text, type,
     CASE type
       WHEN 'analytics.api_called' THEN jsonb_build_object('userId', id, 'route', 'GET /api/things/' || i % 20, 'status', CASE WHEN i % 50 = 0 THEN 500 ELSE 200 END, 'durationMs', i % 300)
       WHEN 'analytics.tracked' THEN jsonb_build_object('userId', id, 'type', 'page_viewed', 'properties', jsonb_build_object('path', '/app/' || i % 97))
       WHEN 'analytics.agent_run_ended' THEN jsonb_build_object('userId', id, 'runId', i, 'agent', 'agent-' || i % 7, 'status', CASE WHEN i % 20 = 0 THEN 'failed' ELSE 'succeeded' END, 'durationMs', i % 5000)
       ELSE jsonb_build_object('userId', id) END,
     at, at, 1, gen_random_uuid()
   FROM (
     SELECT i, 1 + floor(power(random(), 2) * ${USERS})::int AS n, ${at(`(i::float8 / ${EVENTS})`)} AS at,
       (ARRAY['analytics.tracked', 'analytics.tracked', 'analytics.tracked', 'analytics.tracked', 'analytics.api_called', 'analytics.api_called',
              'analytics.api_called', 'auth.logged_in', 'auth.signed_up', 'analytics.agent_run_ended'])[1 + i % 10] AS type
     FROM generate_series(0, ${EVENTS - 1}) i
   ) AS made JOIN people USING (n) ORDER BY at`,
  `CREATE TEMPORARY TABLE terms AS
   SELECT gen_random_uuid() AS id, customer, begun, CASE WHEN random() < 0.4 THEN begun + random() * interval '300 days' END AS ended,
     (ARRAY[900, 2900, 4900, 9900])[1 + floor(random() * 4)::int] AS amount, (ARRAY['usd', 'usd', 'usd', 'eur'])[1 + floor(random() * 4)::int] AS currency
   FROM (SELECT gen_random_uuid() AS customer, ${at('(random() * 1.5 - 0.5)')} AS begun FROM generate_series(1, ${SUBSCRIPTIONS})) AS one`,
  // One in ten belongs to a customer who has another.
  `UPDATE terms SET customer = other.customer FROM (
     SELECT id, lag(customer) OVER (ORDER BY id) AS customer, row_number() OVER (ORDER BY id) AS n FROM terms
   ) AS other WHERE other.id = terms.id AND n % 10 = 0`,
  `INSERT INTO mrr_changes (subscription_id, revision, step, customer_id, currency, at, amount, committed, is_active, status, livemode, recorded_at)
   SELECT id, 1, 0, customer, currency, begun, amount, amount, true, 'active', false, begun FROM terms
   UNION ALL
   SELECT id, 2, 0, customer, currency, begun + interval '20 days', amount * 2, amount * 2, true, 'active', false, begun FROM terms
   WHERE random() < 0.2 AND (ended IS NULL OR ended > begun + interval '21 days')
   UNION ALL
   SELECT id, 3, 0, customer, currency, ended, 0, 0, false, 'canceled', false, ended FROM terms WHERE ended IS NOT NULL`,
  `DELETE FROM mrr_changes WHERE at > now()`,
  `INSERT INTO revenue_entries (event_id, kind, payment_id, customer_id, at, currency, amount, tax, livemode, recorded_at)
   SELECT gen_random_uuid(), CASE WHEN i % 50 = 0 THEN 'refund' ELSE 'payment' END, 'in_' || i, gen_random_uuid(), at, 'usd', 2900, 0, false, at
   FROM (SELECT i, ${at(`(i::float8 / ${PAYMENTS})`)} AS at FROM generate_series(0, ${PAYMENTS - 1}) i) AS made`,
  'DROP TABLE people, terms',
  'VACUUM ANALYZE',
]

/** Fills the tables of facts. */
export async function load(client) {
  for (const sql of LOAD) await client.query(sql)
}
