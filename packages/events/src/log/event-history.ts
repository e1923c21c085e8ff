import type { Delivery, EventHistory } from '@titanforge/core'
import { isUuid, refuseBadQuery } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import type { EventLog } from './event-log.js'
import { envelopeOf, EVENT_COLUMNS, type EventRow } from './event-row.js'

/** The past events as people look at them: none of this is on the way of a delivery. */
export function eventHistory(db: Database, log: Pick<EventLog, 'backlog'>): EventHistory {
  return {
    async list({ type, userId, correlationId, before, limit }) {
      refuseBadQuery('page of events', { limit, ids: { userId, correlationId, before } })
      const rows = await db.query<EventRow>(
        `SELECT ${EVENT_COLUMNS} FROM events
         WHERE ($1::text IS NULL OR event_type = $1) AND ($2::uuid IS NULL OR user_id = $2)
           AND ($3::uuid IS NULL OR correlation_id = $3)
           AND ($4::uuid IS NULL
                OR (timestamp, position) < (SELECT timestamp, position FROM events WHERE id = $4))
         ORDER BY timestamp DESC, position DESC LIMIT $5`,
        [type ?? null, userId ?? null, correlationId ?? null, before ?? null, limit],
      )
      return rows.map(envelopeOf)
    },
    async find(id) {
      if (!isUuid(id)) return undefined
      const [row] = await db.query<EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE id = $1`, [
        id,
      ])
      if (!row) return undefined
      return { event: envelopeOf(row), deliveries: await db.query<Delivery>(DELIVERIES, [id]) }
    },
    async counts(since) {
      refuseBadQuery('count of events', { moments: { since } })
      return db.query(
        `SELECT event_type AS type, count(*)::int AS count FROM events
         WHERE timestamp >= $1 GROUP BY event_type ORDER BY event_type`,
        [since],
      )
    },
    async loads() {
      const consumers = await log.backlog()
      return consumers.map(({ consumer, pending, deadLetters }) => ({
        consumer,
        waiting: pending,
        deadLetters,
      }))
    },
  }
}

// What is neither waiting nor given up was handled: its row went with the transaction that handled it. A
// consumer that has registered since was not asked, unless what it was asked for afterwards is still there.
const DELIVERIES = `
  SELECT consumer, state, attempts, at, reason FROM events e
  CROSS JOIN LATERAL (
    SELECT d.consumer, d.attempt AS attempts,
           CASE WHEN claim IS NOT NULL THEN 'running' WHEN attempt > 0 THEN 'retrying' ELSE 'waiting' END AS state,
           CASE WHEN claim IS NULL THEN due_at END AS at, NULL AS reason
    FROM event_deliveries d WHERE d.position = e.position
    UNION ALL
    SELECT l.consumer, l.attempts, CASE WHEN discarded_at IS NULL THEN 'dead' ELSE 'discarded' END,
           coalesce(discarded_at, died_at), coalesce(discard_reason, reason)
    FROM event_dead_letters l WHERE l.position = e.position
    UNION ALL
    SELECT c.consumer, NULL, 'handled', NULL, NULL
    FROM event_consumers c WHERE c.event_type = e.event_type AND c.registered_at <= e.stored_at
      AND NOT EXISTS (SELECT 1 FROM event_deliveries d
                      WHERE d.position = e.position AND d.consumer = c.consumer)
      AND NOT EXISTS (SELECT 1 FROM event_dead_letters l
                      WHERE l.position = e.position AND l.consumer = c.consumer)
  ) AS delivery
  WHERE e.id = $1 ORDER BY consumer, state`
