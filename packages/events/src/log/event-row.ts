import type { EventEnvelope } from '@titanforge/core'

/** The columns of `events` that make an envelope. */
export const EVENT_COLUMNS =
  'id, user_id, event_type, payload, timestamp, version, source, external_id, key, correlation_id, causation_id, trace'

export interface EventRow {
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

export const envelopeOf = (row: EventRow): EventEnvelope => ({
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
})
