import type { EventEnvelope } from '@titanforge/core'
import { EVENT_COLUMNS, envelopeOf, type EventRow } from '../log/event-row.js'

/** One attempt to deliver one event to one consumer. */
export interface Claim {
  readonly event: EventEnvelope
  /** The event's place in the log; a bigint, as text. */
  readonly position: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** How many attempts, one after another, have ended with their process. */
  readonly lost: number
  /** How often PostgreSQL has ended an attempt to let another transaction through. */
  readonly madeWay: number
  /** What the delivery's row bears as long as the attempt owns it. */
  readonly token: string
}

export interface ClaimRow extends EventRow {
  position: string
  attempt: number
  lost: number
  made_way: number
  lane: string | null
}

/**
 * Claims what a subquery `due` chooses: $1 consumer, then what that takes, then the token and seconds.
 *
 * The commit does not wait for the disk. A claim that a crash of PostgreSQL loses was made on a connection
 * that is lost too, and the token keeps its attempt from having any effect. The rows are found again by
 * where they lie, which cannot change while they are locked; a join could read the whole table.
 */
const claiming = (due: string, last: number) => `
  WITH RECURSIVE ${due}, claimed AS (
    UPDATE event_deliveries d
    SET claim = $${last + 1}, attempt = d.attempt + 1, due_at = now() + $${last + 2} * interval '1 second'
    FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unsynced
    WHERE d.ctid = ANY(ARRAY(SELECT ctid FROM due))
    RETURNING d.position, d.attempt, d.lost, d.made_way, d.lane
  )
  SELECT position, attempt, lost, made_way, lane, ${EVENT_COLUMNS}
  FROM claimed JOIN events USING (position)
  ORDER BY position`

/** $2 how many, $3 the horizon. What has never been tried, in no lane. */
export const CLAIM_FRESH = claiming(
  `due AS MATERIALIZED (
    SELECT ctid FROM event_deliveries
    WHERE consumer = $1 AND lane IS NULL AND NOT retried AND due_at >= $3 AND due_at <= now()
    ORDER BY due_at, position LIMIT $2
    FOR UPDATE SKIP LOCKED
  )`,
  3,
)

/**
 * $2 the horizon. One that has been tried before, by itself: what ends the process each time it is tried must
 * not take others' attempts with it.
 */
export const CLAIM_RETRIED = claiming(
  `due AS MATERIALIZED (
    SELECT ctid FROM event_deliveries
    WHERE consumer = $1 AND lane IS NULL AND retried AND due_at >= $2 AND due_at <= now()
      AND claim IS NULL AND lost < 2
    ORDER BY due_at, position LIMIT 1
    FOR UPDATE SKIP LOCKED
  )`,
  2,
)

// What was at work twice, one time after the other, when its process ended.
const SUSPECTS = `
    SELECT ctid FROM event_deliveries
    WHERE consumer = $1 AND lane IS NULL AND lost > 1 AND due_at <= now() AND claim IS NULL`

/** One that may have ended its process, in no lane. */
export const CLAIM_SUSPECT = claiming(
  `due AS MATERIALIZED (${SUSPECTS} ORDER BY due_at, position LIMIT 1 FOR UPDATE SKIP LOCKED)`,
  1,
)

/** Whether there is one to be claimed, as `found`. */
export const FIND_SUSPECT = `SELECT EXISTS (${SUSPECTS}) AS found`

/**
 * Before a claim from lanes, in its transaction: $1 consumer, $2 milliseconds. One process at a time looks
 * what of a lane is at work; a process that is frozen meanwhile does not hold the others up for longer.
 */
export const ENTER_LANES = {
  name: 'events.enter-lanes',
  text: `SELECT set_config('idle_in_transaction_session_timeout', $2, true),
                pg_advisory_xact_lock(hashtextextended($1, 1))`,
}

/** Where more is due than this, lanes are stepped through instead of read from what is due. */
const FEW = 100

// Steps from lane to lane by the index, so that a lane with a long queue costs no more than a short one; but
// where little is due, as where many lanes wait for their time, only to the lanes of that.
const LANES = `soonest AS MATERIALIZED (
    SELECT lane FROM event_deliveries
    WHERE consumer = $1 AND lane IS NOT NULL AND claim IS NULL AND retried = $4 AND due_at <= now()
    ORDER BY due_at LIMIT ${FEW}
  ), stepped AS (
    (SELECT lane FROM event_deliveries
     WHERE (SELECT count(*) FROM soonest) = ${FEW}
       AND consumer = $1 AND lane IS NOT NULL AND ($3::text IS NULL OR lane > $3)
     ORDER BY lane LIMIT 1)
    UNION ALL
    SELECT (SELECT d.lane FROM event_deliveries d
            WHERE d.consumer = $1 AND d.lane > stepped.lane ORDER BY d.lane LIMIT 1)
    FROM stepped WHERE stepped.lane IS NOT NULL
  ), lanes AS (
    SELECT lane FROM stepped WHERE lane IS NOT NULL
    UNION ALL
    (SELECT DISTINCT lane FROM soonest
     WHERE (SELECT count(*) FROM soonest) < ${FEW} AND ($3::text IS NULL OR lane > $3)
     ORDER BY lane)
  )`

const chosen = (choice: string) => `${LANES}, chosen AS MATERIALIZED (
    SELECT one.position FROM lanes CROSS JOIN LATERAL (${choice}) AS one
    LIMIT $2
  )`

const claimingChosen = (choice: string) =>
  claiming(
    `${chosen(choice)}, due AS MATERIALIZED (
    SELECT ctid FROM event_deliveries
    WHERE consumer = $1 AND position = ANY(ARRAY(SELECT position FROM chosen))
      AND due_at <= now() AND claim IS NULL
    FOR UPDATE SKIP LOCKED
  )`,
    6,
  )

const findingChosen = (choice: string) =>
  `WITH RECURSIVE ${chosen(choice)} SELECT EXISTS (SELECT 1 FROM chosen) AS found`

/**
 * $2 how many, $3 after which lane, $4 whether those that were tried before, $5 whether suspects. The first
 * of each lane, and only if it is due and nothing of the lane is at work: what is behind it waits, whether it is being handled,
 * pauses, or, with $6, has become a dead letter. What is replayed or redriven comes before what is at work;
 * and as long as a replay goes on, what it has yet to queue comes before what is behind it.
 */
const ORDERED = `
      SELECT first.position FROM (
        SELECT position, due_at, retried, claim, lost FROM event_deliveries
        WHERE consumer = $1 AND lane = lanes.lane ORDER BY position LIMIT 1
      ) AS first
      WHERE first.due_at <= now() AND first.claim IS NULL AND first.retried = $4
        AND (first.lost > 1) = $5
        AND first.position < coalesce((
          SELECT min(next_position) FROM event_replays WHERE consumer = $1 AND finished_at IS NULL
        ), first.position + 1)
        AND NOT EXISTS (
          SELECT 1 FROM event_deliveries
          WHERE consumer = $1 AND lane = lanes.lane AND claim IS NOT NULL
        )
        AND NOT ($6 AND EXISTS (
          SELECT 1 FROM event_dead_letters
          WHERE consumer = $1 AND lane = lanes.lane AND discarded_at IS NULL
        ))`

/**
 * $2 how many, $3 after which lane, $4 whether those that were tried before, $5 whether suspects, $6 how many
 * of a lane at once. A claim counts until its row is gone or given back, however late it is.
 */
const LIMITED = `
      SELECT position FROM event_deliveries
      WHERE consumer = $1 AND lane = lanes.lane AND claim IS NULL AND due_at <= now() AND retried = $4
        AND (lost > 1) = $5
      ORDER BY position
      LIMIT greatest(0, $6 - (SELECT count(*) FROM event_deliveries
                              WHERE consumer = $1 AND lane = lanes.lane AND claim IS NOT NULL))`

export const CLAIM_ORDERED = claimingChosen(ORDERED)
export const CLAIM_LIMITED = claimingChosen(LIMITED)
/** Whether {@link CLAIM_ORDERED} would find one, as `found`. */
export const FIND_ORDERED = findingChosen(ORDERED)
/** Whether {@link CLAIM_LIMITED} would find one, as `found`. */
export const FIND_LIMITED = findingChosen(LIMITED)

export const claimOf =
  (token: string) =>
  (row: ClaimRow): Claim => ({
    event: envelopeOf(row),
    position: row.position,
    attempt: row.attempt,
    lost: row.lost,
    madeWay: row.made_way,
    token,
  })
