import type { EventEnvelope, Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { EventErrors } from './errors.js'
import { jsonb } from './jsonb.js'

export interface Stored {
  id: string
  duplicate: boolean
  /** Who listens, as of the publishing transaction. */
  consumers: string[]
}

const COLUMNS =
  'id, user_id, event_type, payload, timestamp, version, source, external_id, key, correlation_id, causation_id, trace'

// A duplicate is found by the unique index, which also waits for a transaction that is inserting the same
// event right now.
const APPEND = `
  WITH stored AS (
    INSERT INTO events (${COLUMNS})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (source, external_id) DO NOTHING
    RETURNING id
  )
  SELECT (SELECT id FROM stored) AS id,
         ARRAY(SELECT consumer FROM event_consumers WHERE event_type = $3 ORDER BY consumer) AS consumers`

/**
 * Appends an event to the log, once per source and external id.
 *
 * @throws TRANSACTION_REQUIRED where the transaction is not the database's.
 */
export async function append(tx: Transaction, event: EventEnvelope): Promise<Stored> {
  if (typeof tx.query !== 'function') throw EventErrors.TRANSACTION_REQUIRED()
  const [row] = await tx.query<{ id: string | null; consumers: string[] }>(APPEND, [
    event.id,
    event.userId,
    event.type,
    jsonb(event.payload),
    event.occurredAt,
    event.version,
    event.source,
    event.externalId,
    event.key,
    event.correlationId,
    event.causationId,
    event.traceparent,
  ])
  if (row?.id) return { id: row.id, duplicate: false, consumers: row.consumers }
  const [known] = await tx.query<{ id: string }>(
    'SELECT id FROM events WHERE source = $1 AND external_id = $2',
    [event.source, event.externalId],
  )
  return { id: known?.id ?? event.id, duplicate: true, consumers: [] }
}

interface EventRow {
  id: string
  user_id: string | null
  event_type: string
  payload: unknown
  timestamp: Date
  version: number
  source: string | null
  external_id: string | null
  key: string | null
  correlation_id: string
  causation_id: string | null
  trace: string | null
}

/** @throws EVENT_GONE */
export async function load(db: Pick<Database, 'query'>, eventId: string): Promise<EventEnvelope> {
  const [row] = await db.query<EventRow>(`SELECT ${COLUMNS} FROM events WHERE id = $1`, [eventId])
  if (!row) throw EventErrors.EVENT_GONE({ eventId })
  return {
    id: row.id,
    type: row.event_type,
    version: row.version,
    key: row.key,
    userId: row.user_id,
    source: row.source,
    externalId: row.external_id,
    occurredAt: row.timestamp,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.trace,
    payload: row.payload,
  }
}
