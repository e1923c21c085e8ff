import { type Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'

interface LongRow {
  pid: number
  application: string
  seconds: number
}

/**
 * Warns of the oldest transaction that keeps PostgreSQL from removing dead rows. Deliveries are rows that
 * come and go, so behind a transaction that stays open every claim has more dead ones to step over.
 *
 * @param seconds how old a transaction may be.
 * @see https://www.postgresql.org/docs/current/routine-vacuuming.html
 */
export async function warnOfLongTransaction(
  db: Pick<Database, 'query'>,
  seconds: number,
  log: Logger,
): Promise<void> {
  const [row] = await db.query<LongRow>(
    `SELECT pid, application_name AS application,
            extract(epoch FROM clock_timestamp() - xact_start)::int AS seconds
     FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL
       AND xact_start < clock_timestamp() - $1 * interval '1 second'
     ORDER BY xact_start LIMIT 1`,
    [seconds],
  )
  if (row)
    log.warn(
      { ...row },
      'a long transaction slows the event tables down; end it, or make it shorter',
    )
}
