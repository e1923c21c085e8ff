import { messageOf, type ReplayRange, type Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import pRetry from 'p-retry'
import { EventErrors } from './errors.js'

/** How many places of the log one statement goes through, so that none takes long. */
const CHUNK = 5_000

type Sql = Pick<Database, 'query'>

/**
 * Notes down that a consumer is to be given past events again, those that are in the log by now. The note
 * outlives the process, so that another can go on with it.
 *
 * @returns the replay's id, or undefined where there is no such consumer.
 */
export async function beginReplay(
  db: Sql | Transaction,
  consumer: string,
  { from, to }: ReplayRange = {},
): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    `INSERT INTO event_replays (consumer, happened_from, happened_before, next_position, last_position)
     SELECT consumer, $2, $3, coalesce((SELECT min(position) FROM events), 1),
            coalesce((SELECT max(position) FROM events), 0)
     FROM event_consumers WHERE consumer = $1
     RETURNING id`,
    [consumer, from ?? null, to ?? null],
  )
  return row?.id
}

interface Progress {
  consumer: string
  queued: number
  finished: boolean
}

/**
 * Queues the events of a replay's next places in the log. What still waits is not queued twice, and what is
 * a dead letter is none any more. In order, what is at work is taken from its attempt: its turn is behind
 * what comes before it again. Processes that go on with one replay take turns. Dead letters are locked before
 * deliveries, by their position, as a redrive locks them.
 */
const STEP = `
  WITH replay AS (
    SELECT id, r.consumer, happened_from, happened_before, event_type, lane_by, ordered,
           next_position AS here, least(next_position + $2, last_position + 1) AS beyond
    FROM event_replays r JOIN event_consumers c ON c.consumer = r.consumer
    WHERE id = $1 AND finished_at IS NULL
    FOR UPDATE OF r
  ), dead AS MATERIALIZED (
    SELECT l.id, position FROM event_dead_letters l JOIN replay ON replay.consumer = l.consumer
    WHERE position >= here AND position < beyond AND discarded_at IS NULL
    ORDER BY position, l.id FOR UPDATE OF l
  ), queued AS (
    INSERT INTO event_deliveries (position, consumer, lane, due_at)
    SELECT position, consumer, CASE lane_by WHEN 'key' THEN key WHEN 'user' THEN user_id::text END, now()
    FROM replay CROSS JOIN (SELECT count(*) FROM dead) AS locked JOIN events USING (event_type)
    WHERE position >= here AND position < beyond
      AND (happened_from IS NULL OR timestamp >= happened_from)
      AND (happened_before IS NULL OR timestamp < happened_before)
    ORDER BY position
    ON CONFLICT (position, consumer) DO UPDATE SET claim = NULL, due_at = now()
      WHERE event_deliveries.claim IS NOT NULL AND (SELECT ordered FROM replay)
    RETURNING position
  ), revived AS (
    DELETE FROM event_dead_letters
    WHERE id IN (SELECT dead.id FROM dead JOIN queued USING (position))
  )
  UPDATE event_replays r
  SET next_position = beyond, queued = r.queued + (SELECT count(*) FROM queued),
      finished_at = CASE WHEN beyond > last_position THEN now() END
  FROM replay WHERE r.id = replay.id`

/**
 * Goes on with a replay to its end, in short transactions.
 *
 * @param wake is told of a consumer that has something to do.
 * @param signal ends it between two transactions; whoever comes next goes on.
 * @returns how many events were queued so far.
 */
export async function goOnWithReplay(
  db: Sql,
  id: string,
  wake: (consumer: string) => void,
  signal?: AbortSignal,
): Promise<number> {
  let queued = 0
  while (!signal?.aborted) {
    await db.query(STEP, [id, CHUNK])
    const [progress] = await db.query<Progress>(
      'SELECT consumer, queued, finished_at IS NOT NULL AS finished FROM event_replays WHERE id = $1',
      [id],
    )
    // Its consumer was forgotten.
    if (!progress) break
    queued = progress.queued
    wake(progress.consumer)
    if (progress.finished) break
  }
  return queued
}

/** For about five seconds, which is longer than a server takes to start again. */
const CALL_OFF_TRIES = { retries: 7, minTimeout: 100, maxTimeout: 1_500 }

/**
 * Calls a replay off that met an error, so that nobody goes on with what its caller takes for refused.
 *
 * @returns the error for the caller: REPLAY_BROKEN_OFF, or REPLAY_GOES_ON where not even that can be done.
 */
export async function callOffReplay(
  db: Sql,
  id: string,
  consumer: string,
  cause: unknown,
): Promise<Error> {
  const end = () =>
    db.query<{ queued: number }>(
      `UPDATE event_replays SET finished_at = coalesce(finished_at, now()) WHERE id = $1
       RETURNING queued`,
      [id],
    )
  const params = { consumer, reason: messageOf(cause) }
  try {
    const [replay] = await pRetry(end, CALL_OFF_TRIES)
    return EventErrors.REPLAY_BROKEN_OFF({ ...params, queued: replay?.queued ?? 0 }, { cause })
  } catch {
    return EventErrors.REPLAY_GOES_ON(params, { cause })
  }
}

/** The replays of these consumers that nobody has brought to an end. */
export async function unfinishedReplays(db: Sql, consumers: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'SELECT id FROM event_replays WHERE finished_at IS NULL AND consumer = ANY($1) ORDER BY id',
    [consumers],
  )
  return rows.map(({ id }) => id)
}
