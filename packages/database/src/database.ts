import { token, type Transaction, type UnitOfWork } from '@titanforge/core'
import type { Model, ModelStatic, Sequelize } from 'sequelize'
import type { ModelDefinition } from './model.js'

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
  }
}

/** The application's PostgreSQL. */
export interface Database extends UnitOfWork {
  /** Where it is, with user and password: a secret. Known once the database plugin has started. */
  readonly url: string
  /** Sequelize itself. Known once the database plugin has started. */
  readonly sequelize: Sequelize
  /** The Sequelize model of a definition that some plugin lists under `models`. */
  model<Row extends object>(definition: ModelDefinition<Row>): ModelStatic<Model<Row, Partial<Row>>>
  /** Runs one statement outside any transaction, with `$1` … for the values. */
  query<Row extends object = Record<string, unknown>>(
    sql: string | PreparedStatement,
    values?: readonly unknown[],
  ): Promise<Row[]>
  /**
   * Commits when `work` resolves, and only if every statement in it succeeded.
   *
   * @throws TRANSACTION_ABORTED where a statement failed and the failure was swallowed.
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
}
export const Database = token<Database>('Database')
