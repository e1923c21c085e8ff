import type { Transaction } from '@titanforge/core'

type Querier = Pick<Transaction, 'query'>

/** Lets one transaction at a time deal with a user's slots. */
export async function lockSlots(tx: Querier, userId: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`slots ${userId}`])
}

export interface NewSlot {
  userId: string
  runId: string
  agent: string
  leaseSeconds: number
}

/** Takes a place at the end of the user's queue. */
export async function enqueue(tx: Querier, slot: NewSlot): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO agent_slots (user_id, run_id, agent, expires_at)
     VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4)) RETURNING id`,
    [slot.userId, slot.runId, slot.agent, slot.leaseSeconds],
  )
  return String(row?.id)
}

/**
 * Admits the runs that have waited longest, as far as there is room. What runs goes on, also where the
 * limit has become lower.
 *
 * @param limit undefined where there is none.
 */
export async function admitNext(
  tx: Querier,
  userId: string,
  limit: number | undefined,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `WITH alive AS (
       SELECT id, admitted_at FROM agent_slots WHERE user_id = $1 AND expires_at > clock_timestamp()
     )
     UPDATE agent_slots SET admitted_at = clock_timestamp() WHERE id IN (
       SELECT id FROM alive WHERE admitted_at IS NULL ORDER BY id
       LIMIT CASE WHEN $2::bigint IS NOT NULL THEN
         greatest(0, $2 - (SELECT count(*) FROM alive WHERE admitted_at IS NOT NULL))
       END
     ) RETURNING id`,
    [userId, limit ?? null],
  )
  return rows.map(({ id }) => id)
}

/** How many of a user's runs wait. */
export async function waitingOf(tx: Querier, userId: string): Promise<number> {
  const [row] = await tx.query<{ waiting: string }>(
    `SELECT count(*) AS waiting FROM agent_slots
     WHERE user_id = $1 AND admitted_at IS NULL AND expires_at > clock_timestamp()`,
    [userId],
  )
  return Number(row?.waiting)
}

/** How many of a user's runs are at work. */
export async function runningOf(db: Querier, userId: string): Promise<number> {
  const [row] = await db.query<{ running: string }>(
    `SELECT count(*) AS running FROM agent_slots
     WHERE user_id = $1 AND admitted_at IS NOT NULL AND expires_at > clock_timestamp()`,
    [userId],
  )
  return Number(row?.running)
}

/** Puts off the end of slots. Resolves with those that had not ended. */
export async function renew(
  db: Querier,
  ids: readonly string[],
  leaseSeconds: number,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `UPDATE agent_slots SET expires_at = clock_timestamp() + make_interval(secs => $2)
     WHERE id = ANY($1) AND expires_at > clock_timestamp() RETURNING id`,
    [ids, leaseSeconds],
  )
  return rows.map(({ id }) => id)
}

/** Which of these have not ended, and which of them are admitted. */
export async function lookUp(
  db: Querier,
  ids: readonly string[],
): Promise<{ id: string; admitted: boolean }[]> {
  return db.query(
    `SELECT id, admitted_at IS NOT NULL AS admitted FROM agent_slots
     WHERE id = ANY($1) AND expires_at > clock_timestamp()`,
    [ids],
  )
}

export async function leaveAll(tx: Querier, ids: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM agent_slots WHERE id = ANY($1)', [ids])
}
