import { randomUUID } from 'node:crypto'
import { CoreErrors, type Transaction } from '@titanforge/core'
import type { Sequelize, Transaction as SequelizeTransaction } from 'sequelize'
import type { GuardedClient } from '../connections/client.js'
import { named } from '../connections/connection-error.js'
import type { PreparedStatement } from '../database.js'
import { endSequelizeTransaction, sequelizeTransaction } from './sequelize-transaction.js'

/** A transaction that is open on a connection. */
export class SqlTransaction implements Transaction {
  #hooks: (() => unknown)[] = []
  #client: GuardedClient | undefined
  #forModels: SequelizeTransaction | undefined

  constructor(
    client: GuardedClient,
    private readonly models: Sequelize,
  ) {
    this.#client = client
  }

  async query<Row extends object>(
    sql: string | PreparedStatement,
    values?: readonly unknown[],
  ): Promise<Row[]> {
    const client = this.#open()
    try {
      return (await client.query<Row>(sql, values as unknown[])).rows
    } catch (error) {
      throw named(error)
    }
  }

  get sequelize(): SequelizeTransaction {
    const client = this.#open()
    this.#forModels ??= sequelizeTransaction(this.models, client, (hook) => this.#hooks.push(hook))
    return this.#forModels
  }

  async savepoint<Result>(work: () => Promise<Result>): Promise<Result> {
    const client = this.#open()
    const before = client.failure
    const hooks = this.#hooks.length
    const name = `"${randomUUID()}"`
    await this.query(`SAVEPOINT ${name}`)
    let result: Result
    try {
      result = await work()
      // A failure that `work` swallowed shows here, and undoes the savepoint too.
      await this.query(`RELEASE SAVEPOINT ${name}`)
    } catch (error) {
      this.#hooks.length = hooks
      // Without a connection everything is undone already, and the error that counts is the first.
      if (client.isBroken) throw error
      await this.query(`ROLLBACK TO SAVEPOINT ${name}; RELEASE SAVEPOINT ${name}`)
      client.failure = before
      throw error
    }
    return result
  }

  onCommit(hook: () => void): void {
    this.#open()
    this.#hooks.push(hook)
  }

  get isOver(): boolean {
    return this.#client === undefined
  }

  /** From here on, a forgotten query cannot reach the connection's next user. */
  end(): void {
    this.#client = undefined
    if (this.#forModels) endSequelizeTransaction(this.#forModels)
  }

  /** What is to run after the commit. */
  get hooks(): readonly (() => unknown)[] {
    return this.#hooks
  }

  #open(): GuardedClient {
    if (!this.#client) throw CoreErrors.TRANSACTION_OVER()
    return this.#client
  }
}
