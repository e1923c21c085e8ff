import type { Database } from '@titanforge/database'

const CHUNK = 500

/** Keys of schedules do not come again. */
const PRUNE = `
  WITH gone AS (
    DELETE FROM workflow_runs WHERE id IN (
      SELECT id FROM workflow_runs
      WHERE status IN ('succeeded', 'failed', 'cancelled') AND finished_at < now() - $1 * interval '1 day'
      ORDER BY finished_at LIMIT ${CHUNK}
      FOR UPDATE SKIP LOCKED
    ) RETURNING id, request_key, requested_by
  ), kept AS (
    INSERT INTO pruned_workflow_runs (request_key, run_id)
    SELECT request_key, id FROM gone WHERE request_key IS NOT NULL AND requested_by <> 'schedule'
    ON CONFLICT DO NOTHING
  )
  SELECT count(*)::int AS gone FROM gone`

/**
 * Deletes runs that have been over for so many days, with their steps. Of those that were asked for by a key
 * the key is kept, so that a request which is replayed starts nothing.
 *
 * @param signal ends it between two chunks.
 */
export async function prune(db: Database, keepDays: number, signal: AbortSignal): Promise<void> {
  for (let gone = CHUNK; gone === CHUNK && !signal.aborted;) {
    const [row] = await db.query<{ gone: number }>(PRUNE, [keepDays])
    gone = row?.gone ?? 0
  }
}
