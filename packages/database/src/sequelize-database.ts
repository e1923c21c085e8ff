import { AsyncLocalStorage } from 'node:async_hooks'
import type { Logger, Transaction } from '@titanforge/core'
import type { Model, ModelStatic, Sequelize } from 'sequelize'
import { named } from './connections/connection-error.js'
import { Connections, type ConnectionLimits } from './connections/connections.js'
import type {
  Database,
  PreparedStatement,
  TransactionOptions,
  ReadOnlyTransaction,
} from './database.js'
import { DatabaseErrors } from './errors.js'
import type { ModelDefinition } from './models/model.js'
import { fencedTransaction } from './transactions/fenced-transaction.js'
import { readOnlyTransaction } from './transactions/read-only-transaction.js'
import { eachStatement } from './transactions/statements.js'
import type { SqlTransaction } from './transactions/sql-transaction.js'

export interface DatabaseOptions extends ConnectionLimits {
  url: string
  readUrl?: string | undefined
  readPoolSize: number
}

interface Open {
  main: Connections
  reports: Connections
}

/** The database as a service: made in setup, usable once `open` has resolved. */
export class SequelizeDatabase implements Database {
  #open: Open | undefined
  readonly #transactions = new AsyncLocalStorage<SqlTransaction>()

  constructor(
    private readonly models: readonly ModelDefinition[],
    private readonly log: Logger,
  ) {}

  /** @throws DATABASE_UNREACHABLE, DATABASE_REFUSED */
  async open({ url, readUrl = url, readPoolSize, ...limits }: DatabaseOptions): Promise<void> {
    const { log } = this
    const main = await Connections.open({ ...limits, address: url, log })
    try {
      const reading = { ...limits, address: readUrl, poolSize: readPoolSize, readOnly: true, log }
      const reports = await Connections.open(reading)
      const { DataTypes } = await import('sequelize')
      for (const { name, table, attributes } of this.models) {
        main.sequelize.define(name, attributes(DataTypes), { tableName: table })
      }
      this.#open = { main, reports }
    } catch (error) {
      await main.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await Promise.all([open?.main.close(), open?.reports.close()])
  }

  get isOpen(): boolean {
    return this.#open !== undefined
  }

  get url(): string {
    return this.#opened().main.address
  }

  get sequelize(): Sequelize {
    return this.#opened().main.sequelize
  }

  get current(): Transaction | undefined {
    const tx = this.#transactions.getStore()
    return tx?.isOver ? undefined : tx
  }

  definition(name: string): ModelDefinition {
    const definition = this.models.find((model) => model.name === name)
    if (!definition) throw DatabaseErrors.MODEL_UNKNOWN({ model: name })
    return definition
  }

  model<Row extends object>(
    definition: ModelDefinition<Row>,
  ): ModelStatic<Model<Row, Partial<Row>>> {
    const { sequelize } = this
    return sequelize.model(this.definition(definition.name).name)
  }

  async query<Row extends object>(
    sql: string | PreparedStatement,
    values?: readonly unknown[],
  ): Promise<Row[]> {
    // pg itself on a connection of Sequelize's pool: Sequelize would parse the text for its own syntax.
    const { main } = this.#opened()
    const client = await main.acquire()
    try {
      return (await client.query<Row>(sql, values as unknown[])).rows
    } catch (error) {
      throw named(error)
    } finally {
      main.release(client)
    }
  }

  transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    { statementSeconds }: TransactionOptions = {},
  ): Promise<Result> {
    const options = { connections: this.#opened().main, log: this.log, statementSeconds }
    return fencedTransaction(options, (tx) => this.#transactions.run(tx, () => work(tx)))
  }

  statements<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return eachStatement(this, this.log, work)
  }

  readOnly<Result>(
    work: (tx: ReadOnlyTransaction) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    return readOnlyTransaction(this.#opened().reports, this.log, work, options)
  }

  #opened(): Open {
    if (!this.#open) throw DatabaseErrors.DATABASE_NOT_STARTED()
    return this.#open
  }
}
