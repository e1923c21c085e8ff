import type { EventEnvelope } from '@titanforge/core'
import { EVENT_COLUMNS, envelopeOf, type EventRow } from '../log/event-row.js'

/** One attempt to deliver one event to one consumer. */
export interface Claim {
  readonly event: EventEnvelope
  /** The event's place in the log; a bigint, as text. */
  readonly position: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** What the delivery's row bears as long as the attempt owns it. */
  readonly token: string
}

export interface ClaimRow extends EventRow {
  position: string
  attempt: number
  lane: string | null
}

/**
 * Claims what a subquery `due` chooses: $1 consumer, $2 token, $3 seconds.
 *
 * The commit does not wait for the disk. A claim that a crash of PostgreSQL loses was made on a connection
 * that is lost too, and the token keeps its attempt from having any effect.
 */
const claiming = (due: string) => `
  WITH RECURSIVE ${due}, claimed AS (
    UPDATE event_deliveries d
    SET claim = $2, attempt = d.attempt + 1, due_at = now() + $3 * interval '1 second'
    FROM due CROSS JOIN (SELECT set_config('synchronous_commit', 'off', true)) AS unsynced
    WHERE d.consumer = $1 AND d.position = due.position
    RETURNING d.position, d.attempt, d.lane
  )
  SELECT position, attempt, lane, ${EVENT_COLUMNS}
  FROM claimed JOIN events USING (position)
  ORDER BY position`

/** $4: how many. What has never been tried, in no lane. */
export const CLAIM_FRESH = claiming(`due AS MATERIALIZED (
    SELECT position FROM event_deliveries
    WHERE consumer = $1 AND lane IS NULL AND NOT retried AND due_at <= now()
    ORDER BY due_at, position LIMIT $4
    FOR UPDATE SKIP LOCKED
  )`)

/**
 * One that has been tried before, by itself: what ends the process each time it is tried must not take
 * others' attempts with it.
 */
export const CLAIM_RETRIED = claiming(`due AS MATERIALIZED (
    SELECT position FROM event_deliveries
    WHERE consumer = $1 AND lane IS NULL AND retried AND due_at <= now()
    ORDER BY due_at, position LIMIT 1
    FOR UPDATE SKIP LOCKED
  )`)

// Steps from lane to lane by the index, so that a lane with a long queue costs no more than a short one.
const LANES = `lanes AS (
    (SELECT lane FROM event_deliveries WHERE consumer = $1 AND lane > $5 ORDER BY lane LIMIT 1)
    UNION ALL
    SELECT (SELECT d.lane FROM event_deliveries d
            WHERE d.consumer = $1 AND d.lane > lanes.lane ORDER BY d.lane LIMIT 1)
    FROM lanes WHERE lanes.lane IS NOT NULL
  )`

const lanes = (choice: string) =>
  claiming(`${LANES}, chosen AS MATERIALIZED (
    SELECT one.position FROM lanes CROSS JOIN LATERAL (${choice}) AS one
    WHERE lanes.lane IS NOT NULL
    LIMIT $4
  ), due AS MATERIALIZED (
    SELECT d.position FROM event_deliveries d JOIN chosen USING (position)
    WHERE d.consumer = $1 AND d.due_at <= now()
    FOR UPDATE OF d SKIP LOCKED
  )`)

/**
 * $4 how many, $5 after which lane. The first of each lane, and only if it is due: what is behind it waits,
 * whether it is being handled, pauses, or, with $6, has become a dead letter.
 */
export const CLAIM_ORDERED = lanes(`
      SELECT first.position FROM (
        SELECT position, due_at FROM event_deliveries
        WHERE consumer = $1 AND lane = lanes.lane ORDER BY position LIMIT 1
      ) AS first
      WHERE first.due_at <= now() AND NOT ($6 AND EXISTS (
        SELECT 1 FROM event_dead_letters
        WHERE consumer = $1 AND lane = lanes.lane AND discarded_at IS NULL
      ))`)

/**
 * $4 how many, $5 after which lane, $6 how many of a lane at once. A claim counts until its row is gone or
 * given back, however late it is; one that is overdue may be replaced, which changes no count.
 */
export const CLAIM_LIMITED = lanes(`
      (SELECT position FROM event_deliveries
       WHERE consumer = $1 AND lane = lanes.lane AND claim IS NOT NULL AND due_at <= now())
      UNION ALL
      (SELECT position FROM event_deliveries
       WHERE consumer = $1 AND lane = lanes.lane AND claim IS NULL AND due_at <= now()
       ORDER BY position
       LIMIT greatest(0, $6 - (SELECT count(*) FROM event_deliveries
                               WHERE consumer = $1 AND lane = lanes.lane AND claim IS NOT NULL)))`)

export const claimOf =
  (token: string) =>
  (row: ClaimRow): Claim => ({
    event: envelopeOf(row),
    position: row.position,
    attempt: row.attempt,
    token,
  })
