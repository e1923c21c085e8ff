import { token } from '@titanforge/core'
import type { Database } from '@titanforge/database'

/** What one consumer still has before it. */
export interface Backlog {
  consumer: string
  /** Events that are not handled yet, those at work and those that wait for their retry included. */
  pending: number
  /** Events that this or another process has at work. */
  claimed: number
  /** Seconds for which the oldest that is pending has been due; 0 where there is none. */
  oldestSeconds: number
  /** Events whose publisher gave them a delay that is not over. They are not pending yet. */
  scheduled: number
  deadLetters: number
}

/** Questions about the event log. */
export interface EventLog {
  /**
   * How many deliveries are still to be made of the given events and of everything that they led to.
   * A dead letter counts: it has not been handled. An event whose publisher gave it a delay does not count
   * before that is over.
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
  scheduled: number
  oldest_seconds: number
  dead_letters: number
}

/** Whether a delivery's time has come, for a first or for a later attempt. */
const HAS_COME = '(not_before IS NULL OR not_before <= now())'

export function eventLog(db: Database): EventLog {
  return {
    async unhandled(source, externalIds) {
      const [row] = await db.query<{ count: number }>(
        `WITH led_to AS (
           SELECT e.position FROM events origin JOIN events e USING (correlation_id)
           WHERE origin.source = $1 AND origin.external_id = ANY($2)
         )
         SELECT ((SELECT count(*) FROM event_deliveries JOIN led_to USING (position)
                  WHERE ${HAS_COME})
               + (SELECT count(*) FROM event_dead_letters JOIN led_to USING (position)
                  WHERE discarded_at IS NULL))::int AS count`,
        [source, externalIds],
      )
      return row?.count ?? 0
    },
    async backlog() {
      const rows = await db.query<BacklogRow>(
        `SELECT consumer, pending, claimed, scheduled, dead_letters,
                coalesce(extract(epoch FROM now() - least(oldest.stored_at, waiting.came)), 0)::float8
                  AS oldest_seconds
         FROM event_consumers c
         CROSS JOIN LATERAL (
           SELECT (count(*) FILTER (WHERE ${HAS_COME}))::int AS pending, count(claim)::int AS claimed,
                  (count(*) FILTER (WHERE NOT ${HAS_COME}))::int AS scheduled,
                  min(position) FILTER (WHERE not_before IS NULL) AS first,
                  min(not_before) FILTER (WHERE ${HAS_COME}) AS came
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
        scheduled: row.scheduled,
        oldestSeconds: Math.round(row.oldest_seconds * 1000) / 1000,
        deadLetters: row.dead_letters,
      }))
    },
  }
}
