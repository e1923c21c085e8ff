import { type Subscription, type Transaction } from '@titanforge/core'
import { laneRule, type LaneRule } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import pRetry from 'p-retry'
import { EventErrors } from './errors.js'
import { beginReplay } from './replay.js'

interface Registered {
  event_type: string
  lane_by: LaneRule['by'] | null
  lane_width: number
  ordered: boolean
}

/**
 * Makes a consumer known to publishers. They read the consumers in their transaction, and so lock the
 * table until their commit. Taking it alone therefore waits for everybody who may have missed the new
 * consumer, and holds back the others.
 *
 * @throws REGISTRATION_BLOCKED where a publisher's transaction goes on for half a minute.
 */
export async function register(db: Database, subscription: Subscription): Promise<void> {
  const { consumer, event, options } = subscription
  const rule = laneRule(options)
  const wanted = {
    event_type: event.name,
    lane_by: rule?.by ?? null,
    lane_width: rule?.width ?? 1,
    ordered: rule?.ordered ?? false,
  }
  const [known] = await db.query<Registered>(
    'SELECT event_type, lane_by, lane_width, ordered FROM event_consumers WHERE consumer = $1',
    [consumer],
  )
  if (known && isSame(known, wanted)) return
  const enter = () => db.transaction((tx) => enterAlone(tx, subscription, wanted))
  await whenFree(consumer, enter)
}

/** A publisher whose transaction is long must not hold up all others behind who waits for it. */
async function whenFree<Result>(consumer: string, work: () => Promise<Result>): Promise<Result> {
  const shouldRetry = ({ error }: { error: Error }) => isLocked(error)
  const pauses = { minTimeout: 50, maxTimeout: 500, randomize: true }
  try {
    return await pRetry(work, { retries: LOCK_TRIES, ...pauses, shouldRetry })
  } catch (error) {
    throw isLocked(error) ? EventErrors.REGISTRATION_BLOCKED({ consumer }, { cause: error }) : error
  }
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const LOCK_NOT_AVAILABLE = '55P03'
const LOCK_MS = 500
const LOCK_TRIES = 40

const isLocked = (error: unknown) => (error as { code?: string }).code === LOCK_NOT_AVAILABLE

async function enterAlone(
  tx: Transaction,
  { consumer, options }: Subscription,
  wanted: Registered,
): Promise<void> {
  await lockOut(tx)
  const inserted = await tx.query(
    `INSERT INTO event_consumers (consumer, event_type, lane_by, lane_width, ordered, registered_at)
       VALUES ($1, $2, $3, $4, $5, clock_timestamp())
       ON CONFLICT (consumer) DO NOTHING RETURNING consumer`,
    [consumer, wanted.event_type, wanted.lane_by, wanted.lane_width, wanted.ordered],
  )
  if (inserted.length === 0) await change(tx, consumer, wanted)
  // Nobody publishes at this moment, so that each event is either past or delivered by its publisher.
  else if (options.from === 'beginning') await beginReplay(tx, consumer)
}

const isSame = (a: Registered, b: Registered) =>
  a.event_type === b.event_type &&
  a.lane_by === b.lane_by &&
  a.lane_width === b.lane_width &&
  a.ordered === b.ordered

/** Waits for open publishers, and holds new ones back. */
async function lockOut(tx: Transaction): Promise<void> {
  await tx.query(`SET LOCAL lock_timeout = ${LOCK_MS}`)
  await tx.query('LOCK TABLE event_consumers IN ACCESS EXCLUSIVE MODE')
}

/** Deliveries that wait follow the new rule too, and so do dead letters, behind which others may wait. */
async function change(tx: Transaction, consumer: string, wanted: Registered): Promise<void> {
  await tx.query(
    'UPDATE event_consumers SET event_type = $2, lane_by = $3, lane_width = $4, ordered = $5 WHERE consumer = $1',
    [consumer, wanted.event_type, wanted.lane_by, wanted.lane_width, wanted.ordered],
  )
  for (const table of ['event_deliveries', 'event_dead_letters']) {
    await tx.query(
      `UPDATE ${table} t SET lane = ${LANE} FROM events
       WHERE events.position = t.position AND t.consumer = $1`,
      [consumer, wanted.lane_by],
    )
  }
}

const LANE = `CASE $2 WHEN 'key' THEN key WHEN 'user' THEN user_id::text END`

/**
 * Ends a consumer for good, with what still waits for it.
 *
 * @returns how many deliveries were dropped, or undefined where there is no such consumer.
 */
export async function forget(db: Database, consumer: string): Promise<number | undefined> {
  const leave = () => db.transaction((tx) => leaveAlone(tx, consumer))
  return whenFree(consumer, leave)
}

async function leaveAlone(tx: Transaction, consumer: string): Promise<number | undefined> {
  await lockOut(tx)
  const known = await tx.query(
    'DELETE FROM event_consumers WHERE consumer = $1 RETURNING consumer',
    [consumer],
  )
  if (known.length === 0) return undefined
  const dropped = await tx.query(
    'DELETE FROM event_deliveries WHERE consumer = $1 RETURNING position',
    [consumer],
  )
  await tx.query(
    `UPDATE event_dead_letters SET discarded_at = now(), discard_reason = 'the consumer was forgotten'
       WHERE consumer = $1 AND discarded_at IS NULL`,
    [consumer],
  )
  return dropped.length
}
