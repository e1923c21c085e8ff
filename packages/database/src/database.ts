import { token, type Transaction, type UnitOfWork } from '@titanforge/core'
import type { Model, ModelStatic, Sequelize, Transaction as SequelizeTransaction } from 'sequelize'
import type { ModelDefinition } from './models/model.js'

/**
 * A statement that each connection plans only once. That pays where planning takes longer than executing;
 * but the plan may be that of a time when the tables were empty.
 */
export interface PreparedStatement {
  /** Stands for this text in the whole application. */
  readonly name: string
  readonly text: string
}

declare module '@titanforge/core' {
  interface Transaction {
    /** Runs SQL on the transaction's connection, with `$1` … for the values. */
    query<Row extends object = Record<string, unknown>>(
      sql: string | PreparedStatement,
      values?: readonly unknown[],
    ): Promise<Row[]>
    /**
     * What Sequelize's models take, so that their statements belong to this transaction:
     * `db.model(User).create(values, { transaction: tx.sequelize })`.
     */
    readonly sequelize: SequelizeTransaction
    /**
     * A part that may fail without undoing the rest: what `work` did is undone where it throws, and the
     * error is thrown on. One at a time; within `work` there may be others.
     */
    savepoint<Result>(work: () => Promise<Result>): Promise<Result>
  }
}

/** A transaction in which PostgreSQL refuses to write. */
export type ReadOnlyTransaction = Pick<Transaction, 'query' | 'sequelize'>

export interface TransactionOptions {
  /** How long a statement may take; 0 for any time; as configured for all if left out. */
  statementSeconds?: number
}

/** The application's PostgreSQL. */
export interface Database extends UnitOfWork {
  /** Where it is, with user and password: a secret. Known once the database plugin has started. */
  readonly url: string
  /** Sequelize itself. Known once the database plugin has started. */
  readonly sequelize: Sequelize
  /** The transaction that the caller is in; undefined outside of one. */
  readonly current: Transaction | undefined
  /** The definition that some plugin lists under `models`, by its name. @throws MODEL_UNKNOWN */
  definition(name: string): ModelDefinition
  /** The Sequelize model of a definition that some plugin lists under `models`. */
  model<Row extends object>(definition: ModelDefinition<Row>): ModelStatic<Model<Row, Partial<Row>>>
  /**
   * Runs one statement outside any transaction, with `$1` … for the values.
   *
   * @throws DATABASE_UNREACHABLE, where a write that was under way may have been made; DATABASE_BUSY,
   * STATEMENT_TIMED_OUT; or PostgreSQL's own error, with its SQLSTATE as `code`.
   */
  query<Row extends object = Record<string, unknown>>(
    sql: string | PreparedStatement,
    values?: readonly unknown[],
  ): Promise<Row[]>
  /**
   * Commits when `work` resolves, and only if every statement in it succeeded.
   *
   * @throws TRANSACTION_ABORTED where a statement failed and the failure was swallowed; COMMIT_UNKNOWN where
   * the connection was lost in the commit; and what {@link query} throws.
   */
  transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>
  /**
   * Runs `work` with each of its statements a transaction of its own. For a single statement, or for some that
   * may be broken off between two and done again: it saves the trips for BEGIN and COMMIT.
   *
   * @throws what {@link query} throws, and STATEMENTS_ONLY for models and savepoints.
   */
  statements<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
  /**
   * Reads, for as long as `work` takes, one state of the data: that of its first statement. Uses the
   * replica of `readUrl` where one is configured, and otherwise connections that only reports use.
   */
  readOnly<Result>(
    work: (tx: ReadOnlyTransaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>
}
export const Database = token<Database>('Database')
