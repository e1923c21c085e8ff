import { token } from '@titanforge/core'
import type { Database } from '@titanforge/database'

/** What one consumer still has before it. */
export interface Backlog {
  consumer: string
  /** Events that are not handled yet, those at work included. */
  pending: number
  /** Events that this or another process has at work. */
  claimed: number
  /** Seconds since the oldest of them was stored; 0 where there is none. */
  oldestSeconds: number
  deadLetters: number
}

/** Questions about the event log. */
export interface EventLog {
  /**
   * How many deliveries are still to be made of the given events and of everything that they led to.
   * A dead letter counts: it has not been handled.
   *
   * @param externalIds the source's own ids of the events.
   */
  unhandled(source: string, externalIds: readonly string[]): Promise<number>
  /** Every consumer that has registered, with what is before it. */
  backlog(): Promise<Backlog[]>
}
export const EventLog = token<EventLog>('EventLog')

interface BacklogRow {
  consumer: string
  pending: number
  claimed: number
  oldest_seconds: number
  dead_letters: number
}

export function eventLog(db: Database): EventLog {
  return {
    async unhandled(source, externalIds) {
      const [row] = await db.query<{ count: number }>(
        `WITH led_to AS (
           SELECT e.position FROM events origin JOIN events e USING (correlation_id)
           WHERE origin.source = $1 AND origin.external_id = ANY($2)
         )
         SELECT ((SELECT count(*) FROM event_deliveries JOIN led_to USING (position))
               + (SELECT count(*) FROM event_dead_letters JOIN led_to USING (position)
                  WHERE discarded_at IS NULL))::int AS count`,
        [source, externalIds],
      )
      return row?.count ?? 0
    },
    async backlog() {
      const rows = await db.query<BacklogRow>(
        `SELECT consumer, pending, claimed, dead_letters,
                coalesce(extract(epoch FROM now() - oldest.stored_at), 0)::float8 AS oldest_seconds
         FROM event_consumers c
         CROSS JOIN LATERAL (
           SELECT count(*)::int AS pending, count(claim)::int AS claimed, min(position) AS first
           FROM event_deliveries d WHERE d.consumer = c.consumer
         ) AS waiting
         CROSS JOIN LATERAL (
           SELECT count(*)::int AS dead_letters FROM event_dead_letters l
           WHERE l.consumer = c.consumer AND discarded_at IS NULL
         ) AS dead
         LEFT JOIN events oldest ON oldest.position = waiting.first
         ORDER BY consumer`,
      )
      return rows.map((row) => ({
        consumer: row.consumer,
        pending: row.pending,
        claimed: row.claimed,
        oldestSeconds: Math.round(row.oldest_seconds * 1000) / 1000,
        deadLetters: row.dead_letters,
      }))
    },
  }
}
