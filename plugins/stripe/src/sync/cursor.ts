import type { Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Order } from './snapshot.js'

/**
 * Takes an object's next number. Take it before fetching the object: whatever changed before is then in
 * the fetched copy, and whatever changes later brings an event of its own with a higher number.
 */
export async function takeNumber(db: Database, objectId: string): Promise<number> {
  const rows = await db.query<{ seq: string }>(
    `INSERT INTO stripe_cursors (object_id, seq) VALUES ($1, 1)
     ON CONFLICT (object_id) DO UPDATE SET seq = stripe_cursors.seq + 1
     RETURNING seq`,
    [objectId],
  )
  return Number(rows[0]?.seq)
}

/**
 * Moves an object's cursor to a snapshot, and locks it to the end of the transaction.
 *
 * @returns false where the snapshot is older than what has been applied; then it must not be written.
 */
export async function advance(tx: Transaction, objectId: string, order: Order): Promise<boolean> {
  await tx.query('INSERT INTO stripe_cursors (object_id) VALUES ($1) ON CONFLICT DO NOTHING', [
    objectId,
  ])
  const { seq, created, rank } = order
  const rows =
    seq === undefined
      ? await tx.query(
          // Once deleted, nothing comes after. A tie of two updates goes to the one that arrives later.
          `UPDATE stripe_cursors SET applied_created = $2, applied_rank = $3
           WHERE object_id = $1 AND applied_rank < 2 AND (applied_created, applied_rank) <= ($2, $3)
           RETURNING 1`,
          [objectId, created, rank],
        )
      : await tx.query(
          // The clock goes along, for the day that there is no API key any more.
          `UPDATE stripe_cursors SET applied_seq = $2, applied_created = greatest(applied_created, $3),
             applied_rank = CASE WHEN (applied_created, applied_rank) < ($3, $4) THEN $4 ELSE applied_rank END
           WHERE object_id = $1 AND applied_seq < $2 RETURNING 1`,
          [objectId, seq, created, rank],
        )
  return rows.length === 1
}
