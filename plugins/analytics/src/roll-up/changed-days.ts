import type { Database } from '@titanforge/database'
import { COUNTED_TYPES } from './event-counts.js'
import { dayOf } from './scope.js'

/** The days to which facts belong that were written down since some moment. */
export interface ChangedDays {
  events: string[]
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
  const daysOf = async (table: string, at: string, stored: string, types?: readonly string[]) => {
    const rows = await db.query<{ day: string }>(
      `SELECT DISTINCT ${dayOf(at)}::text AS day FROM ${table}
       WHERE ($1::timestamptz IS NULL OR ${stored} >= $1) AND ${dayOf(at)} <= ${dayOf('now()')}
         ${types ? 'AND event_type = ANY ($2)' : ''}`,
      [since ?? null, ...(types ? [types] : [])],
    )
    return rows.map(({ day }) => day)
  }
  return {
    events: await daysOf('events', 'timestamp', 'stored_at', [...COUNTED_TYPES, ...activity]),
    revenue: await daysOf('revenue_entries', 'at', 'recorded_at'),
    mrr: await daysOf('mrr_changes', 'at', 'recorded_at'),
  }
}
