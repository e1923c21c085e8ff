import type { Logger } from '@titanforge/core'
import type { Connections } from '../connections/connections.js'
import type { TransactionOptions, ReadOnlyTransaction } from '../database.js'
import { fencedTransaction } from './fenced-transaction.js'

// One snapshot for all of its statements. Not DEFERRABLE, which has a meaning only where transactions are
// SERIALIZABLE, which a replica does not offer.
const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

/** Runs `work` in a transaction in which PostgreSQL refuses to write. */
export function readOnlyTransaction<Result>(
  connections: Connections,
  log: Logger,
  work: (tx: ReadOnlyTransaction) => Promise<Result>,
  { statementSeconds }: TransactionOptions,
): Promise<Result> {
  return fencedTransaction({ connections, log, begin: BEGIN, statementSeconds }, async (tx) => {
    // PostgreSQL lets a transaction become writable until its first query.
    await tx.query('SELECT 1')
    return work(tx)
  })
}
