import { messageOf, type Logger, type Transaction } from '@titanforge/core'
import type { PoolClient } from 'pg'
import type { Sequelize } from 'sequelize'
import type { PreparedStatement } from './database.js'
import { DatabaseErrors } from './errors.js'

class SqlTransaction implements Transaction {
  readonly hooks: (() => void)[] = []
  #client: PoolClient | undefined

  constructor(client: PoolClient) {
    this.#client = client
  }

  async query<Row extends object>(
    sql: string | PreparedStatement,
    values?: readonly unknown[],
  ): Promise<Row[]> {
    if (!this.#client) throw DatabaseErrors.TRANSACTION_OVER()
    const result = await this.#client.query<Row>(sql, values as unknown[])
    return result.rows
  }

  onCommit(hook: () => void): void {
    this.hooks.push(hook)
  }

  /** From here on, a forgotten query cannot reach the connection's next user. */
  end(): void {
    this.#client = undefined
  }
}

/**
 * Runs `work` in a transaction that cannot fail and look like success.
 *
 * In PostgreSQL a failed statement turns COMMIT into ROLLBACK without an error, and Sequelize 6 reports
 * that as committed. A probe on the same connection before COMMIT tells the two apart.
 *
 * @throws TRANSACTION_ABORTED, or whatever `work` throws; then nothing was committed.
 */
export async function fencedTransaction<Result>(
  sequelize: Sequelize,
  work: (tx: Transaction) => Promise<Result>,
  log: Logger,
): Promise<Result> {
  const outer = await sequelize.transaction()
  const tx = new SqlTransaction(connectionOf(outer))
  let result: Result
  try {
    result = await work(tx)
    await probe(tx)
  } catch (error) {
    tx.end()
    await rollBack(outer, log)
    throw error
  }
  tx.end()
  await outer.commit()
  for (const hook of tx.hooks) runHook(hook, log)
  return result
}

type SequelizeTransaction = Awaited<ReturnType<Sequelize['transaction']>>

// Sequelize keeps the pg client here but does not declare it.
const connectionOf = (outer: SequelizeTransaction) =>
  (outer as unknown as { connection: PoolClient }).connection

async function probe(tx: Transaction): Promise<void> {
  try {
    await tx.query('SELECT 1')
  } catch (error) {
    throw DatabaseErrors.TRANSACTION_ABORTED({ reason: messageOf(error) }, { cause: error })
  }
}

/** The caller hears why it came to this; that the rollback failed too, as on a dead connection, is logged. */
async function rollBack(outer: SequelizeTransaction, log: Logger): Promise<void> {
  try {
    await outer.rollback()
  } catch (error) {
    log.warn({ err: error }, 'a rollback failed; PostgreSQL rolls back by itself')
  }
}

/** The commit stands, whatever a hook does. */
function runHook(hook: () => void, log: Logger): void {
  try {
    hook()
  } catch (error) {
    log.error({ err: error }, 'a hook failed after the commit')
  }
}
