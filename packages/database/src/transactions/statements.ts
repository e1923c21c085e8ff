import type { Logger, Transaction } from '@titanforge/core'
import type { Database, PreparedStatement } from '../database.js'
import { DatabaseErrors } from '../errors.js'
import { runHooks } from './run-hooks.js'

/** Stands where a transaction does, while each statement is one of its own. */
class Statements implements Transaction {
  readonly hooks: (() => unknown)[] = []

  constructor(private readonly db: Pick<Database, 'query'>) {}

  query<Row extends object>(
    sql: string | PreparedStatement,
    values?: readonly unknown[],
  ): Promise<Row[]> {
    return this.db.query<Row>(sql, values)
  }

  onCommit(hook: () => void): void {
    this.hooks.push(hook)
  }

  get sequelize(): never {
    throw DatabaseErrors.STATEMENTS_ONLY()
  }

  savepoint(): Promise<never> {
    return Promise.reject(DatabaseErrors.STATEMENTS_ONLY())
  }
}

/**
 * Runs `work` with each of its statements a transaction of its own, and the hooks at its end: PostgreSQL is
 * asked once rather than three times where there is one statement.
 */
export async function eachStatement<Result>(
  db: Pick<Database, 'query'>,
  log: Logger,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const statements = new Statements(db)
  try {
    return await work(statements)
  } finally {
    // What was done before an error stands.
    runHooks(statements.hooks, log)
  }
}
