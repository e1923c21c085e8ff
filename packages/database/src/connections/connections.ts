import { messageOf, type Logger } from '@titanforge/core'
import type { Sequelize } from 'sequelize'
import { addressWithoutTls, driverAddress } from './address.js'
import { guardedClient, type GuardedClient } from './client.js'
import { named } from './connection-error.js'
import { nameErrors, withoutValues } from './sequelize-errors.js'

export interface ConnectionLimits {
  poolSize: number
  /** Milliseconds until a connection must stand. */
  connectMs: number
  /** Milliseconds that somebody waits for a connection of the pool. */
  acquireMs: number
  /** Milliseconds until PostgreSQL breaks off a statement. */
  statementMs: number
}

export interface ConnectionOptions extends ConnectionLimits {
  address: string
  /** Refuses writes, also outside transactions. */
  readOnly?: boolean
  log: Logger
}

/**
 * After which silence PostgreSQL asks whether a process is still there. With the system's two hours, one that
 * lost its power in a transaction would keep its locks for so long.
 */
const KEEPALIVE_SECONDS = 30

/** The server's answer that it broke a statement off has this long to come. */
export const GRACE_MS = 5_000

/** Connections to one PostgreSQL: Sequelize with its pool, and pg's clients in it. */
export class Connections {
  private constructor(
    /** Where they lead, in the driver's words. A secret. */
    readonly address: string,
    readonly sequelize: Sequelize,
    private readonly answerMs: number,
    private readonly log: Logger,
  ) {}

  /** @throws DATABASE_UNREACHABLE, DATABASE_REFUSED, DATABASE_BUSY */
  static async open(options: ConnectionOptions): Promise<Connections> {
    const { poolSize, acquireMs, connectMs, statementMs, readOnly = false, log } = options
    // Loaded here rather than on top: Sequelize takes half of the time that a start needs.
    const { Sequelize } = await import('sequelize')
    const { default: driver } = await import('pg')
    const answerMs = statementMs + GRACE_MS
    const clientAt = (address: string) => guardedClient(driver, { address, connectMs, answerMs })
    const { address, version } = await tryOut(driverAddress(options.address), clientAt, log)
    // Undeclared, but read: it saves Sequelize a connection of its own to ask for it.
    const known = { databaseVersion: version }
    const sequelize = new Sequelize({
      ...known,
      dialect: 'postgres',
      dialectModule: { ...driver, types: driver.types, Client: clientAt(address) },
      logging: (sql) => log.debug({ sql: withoutValues(sql) }, 'query'),
      pool: { max: poolSize, idle: 10_000, acquire: acquireMs, validate },
      define: { timestamps: false, underscored: true },
    })
    sequelize.addHook('afterConnect', async (connection) => {
      const client = connection as GuardedClient
      // An answer that a frozen process does not take must not keep its locks. And whatever the database's
      // own defaults are: claims and counters look again after waiting for a lock.
      const settings = `SET default_transaction_isolation = 'read committed';
        SET default_transaction_read_only = ${readOnly}; SET statement_timeout = ${statementMs};
        SET tcp_user_timeout = ${answerMs}; SET tcp_keepalives_idle = ${KEEPALIVE_SECONDS}`
      await client.query(settings).catch(async (error: unknown) => {
        await client.end()
        throw error
      })
    })
    nameErrors(sequelize, log)
    return new Connections(address, sequelize, answerMs, log)
  }

  /**
   * Lends a connection; give it back with {@link release}.
   *
   * @throws DATABASE_BUSY, DATABASE_UNREACHABLE
   */
  async acquire(): Promise<GuardedClient> {
    const { connectionManager } = this.sequelize
    return (await connectionManager.getConnection({ type: 'write' })) as GuardedClient
  }

  /** Takes a connection back, or throws it away where it has ended or is still in a transaction. */
  release(client: GuardedClient): void {
    client.answerMs = this.answerMs
    const { connectionManager } = this.sequelize
    if (client.isUsable) return connectionManager.releaseConnection(client)
    // Nobody waits for the goodbye; the pool has counted it out already.
    connectionManager.destroyConnection(client).catch((error: unknown) => {
      this.log.warn({ reason: messageOf(error) }, 'a connection could not be closed')
    })
  }

  async close(): Promise<void> {
    await this.sequelize.close()
  }
}

const validate = (client: object) => (client as GuardedClient).isUsable

/** Connects once, for a clear error now and for what only the server knows. */
async function tryOut(
  address: string,
  clientAt: (address: string) => new () => GuardedClient,
  log: Logger,
): Promise<{ address: string; version: string }> {
  const client = new (clientAt(address))()
  try {
    await client.connect()
    const { rows } = await client.query<{ major: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major`,
    )
    return { address, version: `${rows[0]?.major ?? 0}.0.0` }
  } catch (error) {
    const plain = addressWithoutTls(address)
    if (!plain || !/does not support SSL/.test(String(error))) throw named(error)
    log.warn('PostgreSQL speaks no TLS; connecting without, since sslmode=prefer allows it')
    return await tryOut(plain, clientAt, log)
  } finally {
    await client.end()
  }
}
