import type { EventEnvelope, Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { RunRow } from './run-row.js'

/** What is waited for: the events of one type and one key. */
export interface EventOfKey {
  type: string
  key: string
}

/**
 * Whoever begins to wait for an event, and whoever delivers one to those that wait, go one after the other,
 * so that an event which comes meanwhile is seen by one of them. Locked in one order, so that two that wait
 * for the same events do not wait for each other.
 */
export async function lockWait(tx: Transaction, events: readonly EventOfKey[]): Promise<void> {
  const names = [...new Set(events.map(({ type, key }) => `workflow_events:${type}:${key}`))]
  for (const name of names.sort()) {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [name])
  }
}

export interface WaitingStep {
  run_id: string
  user_id: string | null
  generation: number
  name: string
}

/** The steps that wait for an event, the first of each run that has not had this one. */
export function stepsWaiting(
  tx: Transaction,
  { type, key }: EventOfKey,
  eventId: string,
): Promise<WaitingStep[]> {
  return tx.query<WaitingStep>(
    `SELECT DISTINCT ON (run_id) run_id, user_id, s.generation, name
     FROM workflow_steps s JOIN workflow_runs r ON r.id = s.run_id AND r.generation = s.generation
     WHERE kind = 'event' AND target = $1 AND wait_key = $2 AND s.status = 'waiting'
       AND NOT EXISTS (SELECT 1 FROM workflow_steps had
                       WHERE had.run_id = s.run_id AND had.generation = s.generation
                         AND had.event_id = $3)
     ORDER BY run_id, asked`,
    [type, key, eventId],
  )
}

/**
 * The first event that came since the run was started, and that no step of it has had.
 *
 * @param given those that are on their way to other steps.
 */
export async function missedEvent(
  tx: Transaction,
  { id, generation, log_position }: RunRow,
  { type, key }: EventOfKey,
  given: readonly string[],
): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(
    `SELECT id FROM events e
     WHERE event_type = $1 AND key = $2 AND position > $3 AND id <> ALL($6)
       AND NOT EXISTS (SELECT 1 FROM workflow_steps had
                       WHERE had.run_id = $4 AND had.generation = $5 AND had.event_id = e.id)
     ORDER BY position LIMIT 1`,
    [type, key, log_position, id, generation, given],
  )
  return row?.id
}

interface EventRow {
  event_type: string
  version: number
  key: string | null
  user_id: string | null
  payload: unknown
  timestamp: Date
  correlation_id: string
}

/** An event of the log. */
export async function readEvent(
  db: Pick<Database, 'query'>,
  id: string,
): Promise<EventEnvelope | undefined> {
  const [row] = await db.query<EventRow>('SELECT * FROM events WHERE id = $1', [id])
  return (
    row && {
      id,
      type: row.event_type,
      version: row.version,
      key: row.key,
      userId: row.user_id,
      source: null,
      externalId: null,
      occurredAt: row.timestamp,
      correlationId: row.correlation_id,
      causationId: null,
      traceparent: null,
      payload: row.payload,
    }
  )
}
