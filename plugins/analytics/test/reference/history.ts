import type { Database } from '@titanforge/database'

/** A row of `mrr_changes`, with days counted from the history's first. */
export interface Change {
  subscription: string
  revision: number
  step: number
  customer: string
  currency: string
  at: Date
  amount: number
  committed: number
  isActive: boolean
  status: string
}

/** Somebody did something. */
export interface Activity {
  user: string
  at: Date
  type: 'auth.logged_in' | 'auth.signed_up' | 'auth.login_failed' | 'analytics.api_called'
}

export interface Entry {
  kind: 'payment' | 'refund' | 'dispute_lost'
  at: Date
  currency: string
  amount: number
  tax: number
}

export interface History {
  changes: Change[]
  activity: Activity[]
  entries: Entry[]
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const DEADLOCK = '40P01'

/**
 * Writes a history down, in place of all that there was.
 *
 * @param storedAt when it was written down; now, if left out.
 */
export async function store(db: Database, history: History, storedAt = new Date()): Promise<void> {
  await clear(db)
  await add(db, history, storedAt)
}

/** The application may be at work on the same tables: where the two wait for each other, it is done again. */
async function clear(db: Database, tries = 10): Promise<void> {
  try {
    await db.query(`TRUNCATE mrr_changes, mrr_items, revenue_entries, events, event_deliveries, event_dead_letters,
      daily_metrics, mrr_movements, mrr_snapshots, mrr_months, customer_months, retention_cohorts,
      trial_cohorts, analytics_progress CASCADE`)
  } catch (error) {
    if ((error as { code?: string }).code !== DEADLOCK || tries === 1) throw error
    await clear(db, tries - 1)
  }
}

/** Writes more down. */
export async function add(
  db: Database,
  { changes = [], activity = [], entries = [] }: Partial<History>,
  storedAt = new Date(),
): Promise<void> {
  const column = <Row, Value>(rows: Row[], read: (row: Row) => Value) => rows.map(read)
  await db.query(
    `INSERT INTO mrr_changes (subscription_id, revision, step, customer_id, currency, at, amount, committed,
       is_active, status, livemode, recorded_at)
     SELECT *, false, $11 FROM unnest($1::uuid[], $2::int[], $3::int[], $4::uuid[], $5::text[], $6::timestamptz[],
       $7::bigint[], $8::bigint[], $9::boolean[], $10::text[])`,
    [
      column(changes, (it) => it.subscription),
      column(changes, (it) => it.revision),
      column(changes, (it) => it.step),
      column(changes, (it) => it.customer),
      column(changes, (it) => it.currency),
      column(changes, (it) => it.at),
      column(changes, (it) => it.amount),
      column(changes, (it) => it.committed),
      column(changes, (it) => it.isActive),
      column(changes, (it) => it.status),
      storedAt,
    ],
  )
  await db.query(
    `INSERT INTO events (id, event_type, key, payload, timestamp, version, correlation_id, stored_at)
     SELECT gen_random_uuid(), type, key, '{"route": "GET /api/things", "status": 200}', at, 1, gen_random_uuid(), $4
     FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS one (type, key, at)`,
    [
      column(activity, (it) => it.type),
      column(activity, (it) => it.user),
      column(activity, (it) => it.at),
      storedAt,
    ],
  )
  await db.query(
    `INSERT INTO revenue_entries (event_id, kind, payment_id, customer_id, at, currency, amount, tax, livemode, recorded_at)
     SELECT gen_random_uuid(), kind, 'in_1', gen_random_uuid(), at, currency, amount, tax, false, $6
     FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[])
       AS one (kind, at, currency, amount, tax)`,
    [
      column(entries, (it) => it.kind),
      column(entries, (it) => it.at),
      column(entries, (it) => it.currency),
      column(entries, (it) => it.amount),
      column(entries, (it) => it.tax),
      storedAt,
    ],
  )
}
