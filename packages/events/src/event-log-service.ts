import { token } from '@titanforge/core'
import type { Database } from '@titanforge/database'

/** Questions about the event log. */
export interface EventLog {
  /**
   * How many deliveries are still to be made of the given events and of everything that they led to.
   * A dead letter counts: it has not been handled.
   *
   * @param externalIds the source's own ids of the events.
   */
  unhandled(source: string, externalIds: readonly string[]): Promise<number>
}
export const EventLog = token<EventLog>('EventLog')

export function eventLog(db: Database): EventLog {
  return {
    async unhandled(source, externalIds) {
      const [row] = await db.query<{ count: number }>(
        `SELECT count(*)::int AS count
         FROM events origin
         JOIN events e ON e.correlation_id = origin.correlation_id
         JOIN event_consumers c ON c.event_type = e.event_type AND c.registered_at <= e.stored_at
         LEFT JOIN event_inbox i ON i.consumer = c.consumer AND i.event_id = e.id
         WHERE origin.source = $1 AND origin.external_id = ANY($2) AND i.event_id IS NULL`,
        [source, externalIds],
      )
      return row?.count ?? 0
    },
  }
}
