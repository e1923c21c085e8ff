import type { Transaction } from '@titanforge/core'
import type { Claim } from './claim.js'

/**
 * Takes claimed deliveries away and bounds the transaction: $1 consumer, $2 positions, $3 tokens, $4 the
 * longest wait for the handler, a lock or a statement, in milliseconds.
 */
const TAKE = `
  WITH taken AS (
    DELETE FROM event_deliveries
    WHERE consumer = $1 AND position = ANY($2::bigint[]) AND claim = ANY($3::uuid[])
    RETURNING position
  )
  SELECT ARRAY(SELECT position::text FROM taken) AS positions, pg_backend_pid() AS pid,
         set_config('idle_in_transaction_session_timeout', $4, true),
         set_config('lock_timeout', $4, true), set_config('statement_timeout', $4, true)`

// Planning takes longer than taking one.
const TAKE_ONE = { name: 'events.take-one', text: TAKE }

export interface Taken {
  positions: ReadonlySet<string>
  pid: number
}

/**
 * Takes claimed deliveries away, as a part of the transaction that has their effects. What another attempt
 * owns by now is left out. The rows stay locked until the transaction ends, so nobody else can claim them
 * meanwhile; and a transaction that hangs is ended by PostgreSQL.
 *
 * @param seconds how long the transaction may wait for its handler, a lock or a statement.
 * @returns the positions that are the caller's, and the PostgreSQL process that does its work.
 */
export async function take(
  tx: Transaction,
  consumer: string,
  claims: readonly Claim[],
  seconds: number,
): Promise<Taken> {
  const [row] = await tx.query<{ positions: string[]; pid: number }>(
    claims.length === 1 ? TAKE_ONE : TAKE,
    [
      consumer,
      claims.map(({ position }) => position),
      [...new Set(claims.map(({ token }) => token))],
      String(seconds * 1000),
    ],
  )
  return { positions: new Set(row?.positions), pid: row?.pid ?? 0 }
}
