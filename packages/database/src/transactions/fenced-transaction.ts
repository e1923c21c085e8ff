import { messageOf, type Logger } from '@titanforge/core'
import type { GuardedClient } from '../connections/client.js'
import { isLost, named } from '../connections/connection-error.js'
import { GRACE_MS, type Connections } from '../connections/connections.js'
import { DatabaseErrors } from '../errors.js'
import { runHooks } from './run-hooks.js'
import { SqlTransaction } from './sql-transaction.js'

export interface FencedOptions {
  connections: Connections
  log: Logger
  /** How it begins; `BEGIN` if left out. */
  begin?: string
  /** How long a statement may take; 0 for any time, as configured if left out. */
  statementSeconds?: number | undefined
}

/**
 * Runs `work` in a transaction that cannot fail and look like success.
 *
 * In PostgreSQL a failed statement turns COMMIT into ROLLBACK without an error, and Sequelize 6 reports that
 * as committed. Here BEGIN and COMMIT are ours, and PostgreSQL's answer to COMMIT is read.
 *
 * @throws TRANSACTION_ABORTED, TRANSACTION_ENDED or whatever `work` throws: then nothing was committed.
 * COMMIT_UNKNOWN: then nobody knows.
 */
export async function fencedTransaction<Result>(
  options: FencedOptions,
  work: (tx: SqlTransaction) => Promise<Result>,
): Promise<Result> {
  const { connections, log, begin = 'BEGIN', statementSeconds } = options
  const client = await connections.acquire()
  const tx = new SqlTransaction(client, connections.sequelize)
  try {
    await run(client, begin)
    if (statementSeconds !== undefined) await limit(client, statementSeconds * 1000)
    const result = await attempt(client, tx, work, log)
    await commit(client)
    runHooks(tx.hooks, log)
    return result
  } finally {
    tx.end()
    connections.release(client)
  }
}

async function attempt<Result>(
  client: GuardedClient,
  tx: SqlTransaction,
  work: (tx: SqlTransaction) => Promise<Result>,
  log: Logger,
): Promise<Result> {
  try {
    const result = await work(tx)
    tx.end()
    return result
  } catch (error) {
    tx.end()
    await rollBack(client, log)
    throw error
  }
}

async function commit(client: GuardedClient): Promise<void> {
  // Without a connection there was no COMMIT, so the outcome is known.
  if (client.isBroken)
    throw DatabaseErrors.DATABASE_UNREACHABLE({ reason: client.failure ?? 'the connection ended' })
  const { command, warnings } = await sendCommit(client)
  // Nothing of ours can have ended it before, so a statement did.
  if (warnings.includes(NO_TRANSACTION)) throw DatabaseErrors.TRANSACTION_ENDED()
  if (command === 'COMMIT') return
  throw DatabaseErrors.TRANSACTION_ABORTED({ reason: client.failure ?? 'it was rolled back' })
}

// The SQLSTATE of PostgreSQL's warning that there was nothing to commit.
const NO_TRANSACTION = '25P01'

async function sendCommit(
  client: GuardedClient,
): Promise<{ command: string; warnings: readonly (string | undefined)[] }> {
  const warnings: (string | undefined)[] = []
  const note = ({ code }: { code?: string | undefined }) => void warnings.push(code)
  client.on('notice', note)
  try {
    const { command } = await client.query('COMMIT')
    return { command, warnings }
  } catch (error) {
    // PostgreSQL refuses a commit with an error, as for a deferred constraint; anything else is no answer.
    if (!isLost(error)) throw named(error)
    throw DatabaseErrors.COMMIT_UNKNOWN({ reason: messageOf(error) }, { cause: error })
  } finally {
    client.off('notice', note)
  }
}

async function limit(client: GuardedClient, ms: number): Promise<void> {
  client.answerMs = ms && ms + GRACE_MS
  await run(client, `SET LOCAL statement_timeout = ${Math.ceil(ms)}`)
}

async function run(client: GuardedClient, sql: string): Promise<void> {
  try {
    await client.query(sql)
  } catch (error) {
    throw named(error)
  }
}

/** The caller hears why it came to this; that the rollback failed too, as on a dead connection, is logged. */
async function rollBack(client: GuardedClient, log: Logger): Promise<void> {
  try {
    await client.query('ROLLBACK')
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'a rollback failed; PostgreSQL rolls back by itself')
  }
}
