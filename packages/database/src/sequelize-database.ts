import type { Logger, Transaction } from '@titanforge/core'
import type pg from 'pg'
import type { Model, ModelStatic, Sequelize } from 'sequelize'
import type { Database, PreparedStatement } from './database.js'
import { DatabaseErrors } from './errors.js'
import { fencedTransaction } from './fenced-transaction.js'
import type { ModelDefinition } from './model.js'

interface Open {
  url: string
  sequelize: Sequelize
}

/** The database as a service: made in setup, usable once `open` has resolved. */
export class SequelizeDatabase implements Database {
  #open: Open | undefined

  constructor(
    private readonly models: readonly ModelDefinition[],
    private readonly log: Logger,
  ) {}

  /** @throws DATABASE_UNREACHABLE */
  async open(url: string, poolSize: number): Promise<void> {
    // Loaded here rather than on top: Sequelize takes half of the time that a start needs.
    const { Sequelize, DataTypes } = await import('sequelize')
    const sequelize = new Sequelize(url, {
      dialect: 'postgres',
      dialectModule: await quietPg(),
      logging: (sql) => this.log.debug({ sql }, 'query'),
      pool: { max: poolSize, idle: 10_000 },
      define: { timestamps: false, underscored: true },
    })
    try {
      await sequelize.authenticate()
    } catch (error) {
      await sequelize.close()
      throw DatabaseErrors.DATABASE_UNREACHABLE({ reason: reasonOf(error) })
    }
    for (const { name, table, attributes } of this.models) {
      sequelize.define(name, attributes(DataTypes), { tableName: table })
    }
    this.#open = { url, sequelize }
  }

  async close(): Promise<void> {
    await this.#open?.sequelize.close()
    this.#open = undefined
  }

  get url(): string {
    return this.#opened().url
  }

  get sequelize(): Sequelize {
    return this.#opened().sequelize
  }

  model<Row extends object>(
    definition: ModelDefinition<Row>,
  ): ModelStatic<Model<Row, Partial<Row>>> {
    const { sequelize } = this
    if (!sequelize.isDefined(definition.name))
      throw DatabaseErrors.MODEL_UNKNOWN({ model: definition.name })
    return sequelize.model(definition.name)
  }

  async query<Row extends object>(
    sql: string | PreparedStatement,
    values?: readonly unknown[],
  ): Promise<Row[]> {
    // pg itself on a connection of Sequelize's pool: Sequelize would parse the text for its own syntax.
    const { connectionManager } = this.sequelize
    const connection = (await connectionManager.getConnection({ type: 'write' })) as PgConnection
    try {
      const { rows } = await connection.query(sql, values)
      return rows as Row[]
    } finally {
      connectionManager.releaseConnection(connection)
    }
  }

  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return fencedTransaction(this.sequelize, work, this.log)
  }

  #opened(): Open {
    if (!this.#open) throw DatabaseErrors.DATABASE_NOT_STARTED()
    return this.#open
  }
}

interface PgConnection {
  query(sql: string | PreparedStatement, values?: readonly unknown[]): Promise<{ rows: object[] }>
}

// Sequelize repeats the connection string's host and user in its messages, but never the password; the
// driver's code says enough.
const reasonOf = (error: unknown) => {
  const { original } = error as { original?: { code?: string; message?: string } }
  return original?.code ?? original?.message ?? 'no answer'
}

/**
 * pg, whose clients always have somebody who listens to their errors. Sequelize begins to listen a moment
 * after it has connected; a connection that dies in between would end the process. Whoever uses the
 * connection hears of its end from the query.
 */
async function quietPg(): Promise<object> {
  const { default: driver } = await import('pg')
  class Client extends driver.Client {
    constructor(config?: pg.ClientConfig) {
      super(config)
      this.on('error', () => undefined)
    }
  }
  return { ...driver, types: driver.types, Client }
}
