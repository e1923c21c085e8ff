/**
 * Takes claimed deliveries away and bounds the transaction: $1 consumer, $2 positions, $3 tokens, $4 the
 * longest wait for the handler, a lock or a statement, in milliseconds.
 */
export const TAKE = `
  WITH taken AS (
    DELETE FROM event_deliveries
    WHERE consumer = $1 AND position = ANY($2::bigint[]) AND claim = ANY($3::uuid[])
    RETURNING position
  )
  SELECT ARRAY(SELECT position::text FROM taken) AS positions, pg_backend_pid() AS pid,
         set_config('idle_in_transaction_session_timeout', $4, true),
         set_config('lock_timeout', $4, true), set_config('statement_timeout', $4, true)`

// Planning takes longer than taking one.
export const TAKE_ONE = { name: 'events.take-one', text: TAKE }
