import type { Database } from '@titanforge/database'
import { COUNTED_TYPES } from './event-counts.js'
import { dayOf } from './scope.js'

/** The days to which facts belong that were written down since some moment. */
export interface ChangedDays {
  events: string[]
  /** Those of them on which somebody was active, who counts for days after it. */
  activity: string[]
  revenue: string[]
  /** What subscriptions are worth, whose change lasts. */
  mrr: string[]
}

/**
 * The moment before which nothing can be written down any more: a transaction dates what it writes by its
 * own beginning, so it is when the oldest that is still open began.
 */
export async function settledAt(db: Database): Promise<Date> {
  const [row] = await db.query<{ at: Date }>(
    `SELECT coalesce(min(xact_start), now()) - interval '1 minute' AS at FROM pg_stat_activity
     WHERE datname = current_database()`,
  )
  return row?.at ?? new Date(0)
}

/** @param since from when on what was written down is new; all of it, if left out. */
export async function changedDays(
  db: Database,
  since: Date | undefined,
  activity: readonly string[],
): Promise<ChangedDays> {
  const daysOf = async (table: string, at: string) => {
    const rows = await db.query<{ day: string }>(
      `SELECT DISTINCT ${dayOf(at)}::text AS day FROM ${table}
       WHERE ($1::timestamptz IS NULL OR recorded_at >= $1) AND ${dayOf(at)} <= ${dayOf('now()')}`,
      [since ?? null],
    )
    return rows.map(({ day }) => day)
  }
  const events = await db.query<{ day: string; is_activity: boolean }>(
    `SELECT ${dayOf('timestamp')}::text AS day, bool_or(event_type = ANY ($3)) AS is_activity FROM events
     WHERE ($1::timestamptz IS NULL OR stored_at >= $1) AND ${dayOf('timestamp')} <= ${dayOf('now()')}
       AND event_type = ANY ($2) GROUP BY 1`,
    [since ?? null, [...COUNTED_TYPES, ...activity], activity],
  )
  return {
    events: events.map(({ day }) => day),
    activity: events.filter((it) => it.is_activity).map(({ day }) => day),
    revenue: await daysOf('revenue_entries', 'at'),
    mrr: await daysOf('mrr_changes', 'at'),
  }
}
