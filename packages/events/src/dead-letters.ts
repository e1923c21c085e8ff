import type { DeadLetter, DeadLetterFilter, DeadLetters } from '@titanforge/core'
import { refuseBadQuery } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'

interface DeadLetterRow {
  id: string
  consumer: string
  event_id: string
  died_at: Date
  reason: string
}

// Locked in one order by all, and before any delivery, so that nobody waits crosswise.
const CHOSEN = `chosen AS MATERIALIZED (
  SELECT id FROM event_dead_letters
  WHERE discarded_at IS NULL AND ($1::text IS NULL OR consumer = $1)
    AND ($2::text[] IS NULL OR id::text = ANY($2))
  ORDER BY position, id FOR UPDATE
)`

// As precise as the time that is told, so that a page goes on exactly where the one before ended.
const DIED_AT = "date_trunc('milliseconds', died_at)"

const chosen = ({ consumer, ids }: DeadLetterFilter) => [consumer ?? null, ids ?? null]

/**
 * The events that consumers gave up on. A discarded one stays for whoever asks, with its reason.
 *
 * @param wake is told which consumers have something to do.
 */
export function deadLetters(db: Database, wake: (consumers: string[]) => void): DeadLetters {
  return {
    async list({ consumer, limit = 100, after } = {}) {
      refuseBadQuery('page of dead letters', { limit })
      const rows = await db.query<DeadLetterRow>(
        `SELECT l.id, consumer, e.id AS event_id, died_at, reason
         FROM event_dead_letters l JOIN events e USING (position)
         WHERE discarded_at IS NULL AND ($1::text IS NULL OR consumer = $1)
           AND ($3::timestamptz IS NULL OR (${DIED_AT}, l.id::text) > ($3, $4))
         ORDER BY ${DIED_AT}, l.id::text LIMIT $2`,
        [consumer ?? null, limit, after?.at ?? null, after?.id ?? null],
      )
      return rows.map(
        ({ id, consumer: name, event_id: eventId, died_at: at, reason }): DeadLetter => ({
          id,
          consumer: name,
          eventId,
          at,
          reason,
        }),
      )
    },
    async redrive(filter = {}) {
      const rows = await db.query<{ consumer: string }>(
        `WITH ${CHOSEN}, taken AS (
           DELETE FROM event_dead_letters WHERE id IN (SELECT id FROM chosen)
           RETURNING position, consumer
         ), queued AS (
           INSERT INTO event_deliveries (position, consumer, lane, due_at)
           SELECT DISTINCT position, taken.consumer,
                  CASE lane_by WHEN 'key' THEN key WHEN 'user' THEN user_id::text END, now()
           FROM taken JOIN events USING (position)
           LEFT JOIN event_consumers c ON c.consumer = taken.consumer
           ORDER BY position
           ON CONFLICT DO NOTHING
         )
         SELECT consumer FROM taken`,
        chosen(filter),
      )
      wake([...new Set(rows.map(({ consumer }) => consumer))])
      return rows.length
    },
    async discard(filter, reason) {
      const rows = await db.query<{ consumer: string }>(
        `WITH ${CHOSEN}
         UPDATE event_dead_letters SET discarded_at = now(), discard_reason = $3
         WHERE id IN (SELECT id FROM chosen) RETURNING consumer`,
        [...chosen(filter), reason],
      )
      // Behind it others may have waited.
      wake([...new Set(rows.map(({ consumer }) => consumer))])
      return rows.length
    },
  }
}
