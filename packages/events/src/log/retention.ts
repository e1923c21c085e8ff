import type { Database } from '@titanforge/database'

/** How many rows one transaction deletes, so that none is long. */
const CHUNK = 5_000

/**
 * Deletes handled events that are older than `keepDays`, and dead letters that were discarded before then.
 * What is not handled is never deleted; and what came from outside is kept, because its identity is what
 * keeps it from being stored a second time.
 *
 * @param signal ends it between two chunks.
 * @returns how many events were deleted.
 */
export async function prune(
  db: Pick<Database, 'query'>,
  keepDays: number,
  signal: AbortSignal,
): Promise<number> {
  await db.query(
    "DELETE FROM event_dead_letters WHERE discarded_at < now() - $1 * interval '1 day'",
    [keepDays],
  )
  let deleted = 0
  while (!signal.aborted) {
    const rows = await db.query(
      `DELETE FROM events WHERE position IN (
         SELECT position FROM events e
         WHERE stored_at < now() - $1 * interval '1 day' AND external_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM event_deliveries d WHERE d.position = e.position)
           AND NOT EXISTS (SELECT 1 FROM event_dead_letters l WHERE l.position = e.position)
         ORDER BY position LIMIT $2
       ) RETURNING position`,
      [keepDays, CHUNK],
    )
    deleted += rows.length
    if (rows.length < CHUNK) break
  }
  return deleted
}
