import type { Database } from '@titanforge/database'

/** How many rows one transaction looks at, so that none is long. */
const CHUNK = 5_000

interface Chunk {
  looked: number
  deleted: number
  /** As PostgreSQL writes it, since JavaScript's dates are coarser. */
  last_stored_at: string | null
  last_position: string | null
}

/**
 * The next events that are old, after the place where the last chunk ended: $1 days, $2 how many, $3 and $4
 * the place. An index that leaves out those from outside, which are kept, gives them in this order.
 */
export const DELETE_CHUNK = `
  WITH old AS MATERIALIZED (
    SELECT position, stored_at, event_type FROM events
    WHERE external_id IS NULL AND stored_at < now() - $1 * interval '1 day'
      AND (stored_at, position) > ($3::timestamptz, $4::bigint)
    ORDER BY stored_at, position LIMIT $2
  ), deleted AS (
    DELETE FROM events WHERE position = ANY(ARRAY(
      SELECT position FROM old
      WHERE NOT EXISTS (SELECT 1 FROM event_deliveries d WHERE d.position = old.position)
        AND NOT EXISTS (SELECT 1 FROM event_dead_letters l WHERE l.position = old.position)
        AND NOT EXISTS (
          SELECT 1 FROM event_replays r JOIN event_consumers c ON c.consumer = r.consumer
          WHERE finished_at IS NULL AND c.event_type = old.event_type
            AND old.position BETWEEN next_position AND last_position
        )
    )) RETURNING position
  ), last AS (
    SELECT stored_at, position FROM old ORDER BY stored_at DESC, position DESC LIMIT 1
  )
  SELECT (SELECT count(*) FROM old)::int AS looked, (SELECT count(*) FROM deleted)::int AS deleted,
         (SELECT stored_at::text FROM last) AS last_stored_at, (SELECT position FROM last) AS last_position`

/**
 * Deletes handled events that are older than `keepDays`, and dead letters that were discarded and replays
 * that ended before then. What is not handled, or is yet to be replayed, is never deleted; and what came from outside is kept, because its identity is what
 * keeps it from being stored a second time.
 *
 * @param signal ends it between two chunks.
 * @returns how many events were deleted.
 */
export async function prune(
  db: Pick<Database, 'query' | 'transaction'>,
  keepDays: number,
  signal: AbortSignal,
): Promise<number> {
  for (const [table, end] of [
    ['event_dead_letters', 'discarded_at'],
    ['event_replays', 'finished_at'],
  ]) {
    await db.query(`DELETE FROM ${table} WHERE ${end} < now() - $1 * interval '1 day'`, [keepDays])
  }
  let deleted = 0
  let place = ['-infinity', '0']
  while (!signal.aborted) {
    const [chunk] = await db.transaction(async (tx) => {
      // No replay begins or moves on meanwhile, so that where they are is where the chunk sees them.
      await tx.query('LOCK TABLE event_replays IN SHARE MODE')
      return tx.query<Chunk>(DELETE_CHUNK, [keepDays, CHUNK, ...place])
    })
    if (!chunk) break
    deleted += chunk.deleted
    if (chunk.looked < CHUNK) break
    place = [chunk.last_stored_at ?? '-infinity', chunk.last_position ?? '0']
  }
  return deleted
}
