import { messageOf, type Logger } from '@titanforge/core'
import type { Sequelize } from 'sequelize'
import { DatabaseErrors } from '../errors.js'
import type { GuardedClient } from './client.js'
import { named } from './connection-error.js'

interface SqlError extends Error {
  sql?: string
  parameters?: unknown
}

type QueryClass = new (...args: never[]) => {
  connection: GuardedClient
  run(sql: string, parameters?: unknown): Promise<unknown>
  formatError(error: SqlError, stack: string): unknown
}

/**
 * Makes Sequelize throw our errors where they name a remedy, and its own without the values of the
 * statement, which may be secrets and which loggers write out with the error. A commit of its own that
 * would roll back, as where somebody began a transaction without us, is an error too. A rollback that fails,
 * as on a dead connection, is none, since PostgreSQL rolls back by itself; Sequelize would write past the log.
 */
export function nameErrors(sequelize: Sequelize, log: Logger): void {
  const { connectionManager } = sequelize
  const getConnection = connectionManager.getConnection.bind(connectionManager)
  connectionManager.getConnection = async (options) =>
    getConnection(options).catch((error: unknown) => {
      throw named(error)
    })
  const { dialect } = sequelize as unknown as { dialect: { Query: QueryClass } }
  dialect.Query = class extends dialect.Query {
    override async run(sql: string, parameters?: unknown): Promise<unknown> {
      const isRollback = /^ROLLBACK;?$/i.test(sql)
      const answer = await super.run(sql, parameters).catch((error: unknown) => {
        if (!isRollback) throw error
        log.warn({ reason: messageOf(error) }, 'a rollback failed; PostgreSQL rolls back by itself')
      })
      const { done, failure: reason = 'it was rolled back' } = this.connection
      if (!/^COMMIT\b/i.test(sql) || done === 'COMMIT') return answer
      throw DatabaseErrors.TRANSACTION_ABORTED({ reason })
    }

    override formatError(error: SqlError, stack: string): unknown {
      const known = named(error)
      if (known !== error) return known
      const bare = { sql: withoutValues(error.sql ?? ''), parameters: [] }
      return super.formatError(Object.assign(error, bare), stack)
    }
  }
}

/** A statement as it may be logged: Sequelize writes values into it. */
export const withoutValues = (sql: string) => sql.replace(/'(?:[^']|'')*'/g, "'…'")
