import type { ReplayRange } from '@titanforge/core'
import type { Database } from '@titanforge/database'

/**
 * Queues past events for a consumer again. What still waits is not queued twice.
 *
 * @returns how many, or undefined where there is no such consumer.
 */
export async function replay(
  db: Database,
  consumer: string,
  { from, to }: ReplayRange,
): Promise<number | undefined> {
  const [row] = await db.query<{ count: number }>(
    `WITH chosen AS (
       SELECT consumer, event_type, lane_by FROM event_consumers WHERE consumer = $1
     ), queued AS (
       INSERT INTO event_deliveries (position, consumer, lane, due_at)
       SELECT position, consumer, CASE lane_by WHEN 'key' THEN key WHEN 'user' THEN user_id::text END,
              now()
       FROM chosen JOIN events USING (event_type)
       WHERE ($2::timestamptz IS NULL OR timestamp >= $2) AND ($3::timestamptz IS NULL OR timestamp < $3)
       ON CONFLICT DO NOTHING RETURNING position
     )
     SELECT (SELECT count(*) FROM queued)::int AS count FROM chosen`,
    [consumer, from ?? null, to ?? null],
  )
  return row?.count
}
