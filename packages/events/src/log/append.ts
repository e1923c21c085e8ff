import type { EventEnvelope, PublishOptions, Transaction } from '@titanforge/core'
import { payloadText } from '@titanforge/core/bus'
import { EventErrors } from '../errors.js'

/** An event that is to be stored, with the options that its publisher gave. */
export interface Incoming {
  event: EventEnvelope
  options: PublishOptions
}

export interface Stored {
  id: string
  duplicate: boolean
}

export interface Appended {
  stored: Stored[]
  /** Who has something to do after the commit. */
  consumers: string[]
}

/** Stores events of one type in a transaction. */
export type Append = (
  tx: Transaction,
  type: string,
  incoming: readonly Incoming[],
) => Promise<Appended>

/**
 * One statement stores the events and their deliveries.
 *
 * The gate makes publishers of one key wait for each other where somebody takes that key in order: else an
 * event could commit after a later one of its key was handled. Keys are locked in one order, so that two
 * publishers of the same keys do not wait for each other; many keys are locked as a whole, since PostgreSQL
 * has room for some thousand locks only. A duplicate is found by the unique index, which
 * also waits for a transaction that is storing the same event right now. One that has the id of a stored one
 * is that one: its publisher was not told that it had been stored.
 */
const APPEND = `
  WITH incoming AS MATERIALIZED (
    SELECT * FROM ROWS FROM (
      unnest($2::uuid[], $3::uuid[], $5::timestamptz[], $6::integer[], $7::text[], $8::text[], $9::text[],
             $10::uuid[], $11::uuid[], $12::text[], $13::float8[]),
      jsonb_array_elements($4::jsonb)
    ) WITH ORDINALITY AS one (id, user_id, occurred_at, version, source, external_id, key, correlation_id,
                              causation_id, trace, delay_seconds, payload, n)
  ), listening AS MATERIALIZED (
    SELECT consumer, lane_by, ordered FROM event_consumers WHERE event_type = $1
  ), keys AS MATERIALIZED (
    SELECT DISTINCT key FROM incoming
    WHERE key IS NOT NULL AND EXISTS (SELECT 1 FROM listening WHERE ordered)
  ), many AS MATERIALIZED (
    SELECT count(*) > 500 AS many FROM keys
  ), whole AS MATERIALIZED (
    SELECT (SELECT count(pg_advisory_xact_lock(hashtextextended($1, 2))) FROM many WHERE many)
         + (SELECT count(pg_advisory_xact_lock_shared(hashtextextended($1, 2)))
            FROM many WHERE NOT many AND EXISTS (SELECT 1 FROM keys)) AS locks
  ), gate AS MATERIALIZED (
    SELECT count(pg_advisory_xact_lock(hashtextextended($1 || ':' || key, 0))) FROM (
      SELECT key FROM keys CROSS JOIN whole CROSS JOIN many WHERE NOT many ORDER BY key
    ) AS few
  ), stored AS (
    INSERT INTO events (id, user_id, event_type, payload, timestamp, version, source, external_id, key,
                        correlation_id, causation_id, trace)
    SELECT id, user_id, $1, payload, coalesce(occurred_at, now()), version, source, external_id, key,
           correlation_id, causation_id, trace
    FROM incoming CROSS JOIN whole CROSS JOIN gate
    ORDER BY n
    ON CONFLICT DO NOTHING
    RETURNING id, position
  ), queued AS (
    INSERT INTO event_deliveries (position, consumer, lane, due_at, not_before)
    SELECT stored.position, consumer, CASE lane_by WHEN 'key' THEN key WHEN 'user' THEN user_id::text END,
           now() + delay_seconds * interval '1 second',
           CASE WHEN delay_seconds > 0 THEN now() + delay_seconds * interval '1 second' END
    FROM stored JOIN incoming USING (id) CROSS JOIN listening
  )
  SELECT ARRAY(SELECT id FROM stored) AS ids, ARRAY(SELECT consumer FROM listening) AS consumers`

// Planning takes longer than storing a few events; many are planned for their number.
const FEW = 100
const APPEND_FEW = { name: 'events.append-few', text: APPEND }

/**
 * Appends events of one type to the log, each once per source and external id, with a delivery to everyone
 * who listens as of this transaction.
 *
 * @throws TRANSACTION_REQUIRED where the transaction is not the database's.
 */
export async function append(
  tx: Transaction,
  type: string,
  incoming: readonly Incoming[],
): Promise<Appended> {
  if (typeof tx.query !== 'function') throw EventErrors.TRANSACTION_REQUIRED()
  const column = <Value>(read: (one: Incoming) => Value) => incoming.map(read)
  const statement = incoming.length <= FEW ? APPEND_FEW : APPEND
  const [row] = await tx.query<{ ids: string[]; consumers: string[] }>(statement, [
    type,
    column(({ event }) => event.id),
    column(({ event }) => event.userId),
    // One JSON text for all: in an array of texts each quotation mark would have to be escaped.
    `[${column(({ event }) => payloadText(event)).join()}]`,
    // The database's clock tells when, unless the publisher does: the clocks of machines differ.
    column(({ options }) => options.occurredAt ?? null),
    column(({ event }) => event.version),
    column(({ event }) => event.source),
    column(({ event }) => event.externalId),
    column(({ event }) => event.key),
    column(({ event }) => event.correlationId),
    column(({ event }) => event.causationId),
    column(({ event }) => event.traceparent),
    column(({ options }) => options.delaySeconds ?? 0),
  ])
  const { ids = [], consumers = [] } = row ?? {}
  const fresh = new Set(ids)
  const known =
    fresh.size < incoming.length ? await knownIds(tx, incoming) : new Map<string, string>()
  const stored = incoming.map(({ event }) => {
    const id = known.get(identityOf(event.source, event.externalId)) ?? event.id
    return { id, duplicate: id !== event.id }
  })
  return { stored, consumers: fresh.size > 0 ? consumers : [] }
}

const identityOf = (source: string | null, externalId: string | null) => `${source}\n${externalId}`

/** The ids under which events from outside were stored before. */
async function knownIds(tx: Transaction, incoming: readonly Incoming[]) {
  const outside = incoming.filter(({ event }) => event.externalId !== null)
  const rows = await tx.query<{ id: string; source: string | null; external_id: string }>(
    `SELECT id, source, external_id FROM events
     JOIN unnest($1::text[], $2::text[]) AS given (source, external_id) USING (source, external_id)`,
    [outside.map(({ event }) => event.source), outside.map(({ event }) => event.externalId)],
  )
  return new Map(rows.map((row) => [identityOf(row.source, row.external_id), row.id]))
}
