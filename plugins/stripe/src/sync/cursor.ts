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

// Where there is no cursor yet, nothing has been applied, and every snapshot is newer.
const BY_CLOCK = {
  name: 'stripe.advance-by-clock',
  // Once deleted, nothing comes after. A tie of two updates goes to the one that arrives later.
  text: `
    INSERT INTO stripe_cursors AS known (object_id, applied_created, applied_rank) VALUES ($1, $2, $3)
    ON CONFLICT (object_id) DO UPDATE
      SET applied_created = excluded.applied_created, applied_rank = excluded.applied_rank
      WHERE known.applied_rank < 2
        AND (known.applied_created, known.applied_rank) <= (excluded.applied_created, excluded.applied_rank)
    RETURNING 1`,
}
const BY_NUMBER = {
  name: 'stripe.advance-by-number',
  // The clock goes along, for the day that there is no API key any more.
  text: `
    INSERT INTO stripe_cursors AS known (object_id, applied_created, applied_rank, seq, applied_seq)
    VALUES ($1, $2, $3, $4, $4)
    ON CONFLICT (object_id) DO UPDATE
      SET applied_seq = excluded.applied_seq, applied_created = greatest(known.applied_created, excluded.applied_created),
        applied_rank = CASE WHEN (known.applied_created, known.applied_rank) < (excluded.applied_created, excluded.applied_rank)
                       THEN excluded.applied_rank ELSE known.applied_rank END
      WHERE known.applied_seq < excluded.applied_seq
    RETURNING 1`,
}

/**
 * Moves an object's cursor to a snapshot, and locks it to the end of the transaction, also where it stays.
 *
 * @returns false where the snapshot is older than what has been applied; then it must not be written.
 */
export async function advance(
  tx: Transaction,
  objectId: string,
  { seq, created, rank }: Order,
): Promise<boolean> {
  const rows =
    seq === undefined
      ? await tx.query(BY_CLOCK, [objectId, created, rank])
      : await tx.query(BY_NUMBER, [objectId, created, rank, seq])
  return rows.length === 1
}
