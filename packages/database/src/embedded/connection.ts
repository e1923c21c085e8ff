import { Socket } from 'node:net'
import { messageOf, type Logger } from '@titanforge/core'
import { Client } from 'pg'
import { SUPERUSER } from './initialise.js'

/** The application's database in the cluster. */
const DATABASE = 'titanforge'

const CONNECT_TIMEOUT_MS = 10_000

// Said in so many words: otherwise the driver reads PGSSLMODE, PGOPTIONS and their like, which are meant
// for another server.
const PLAIN = {
  sslmode: 'disable',
  sslnegotiation: 'postgres',
  options: '-c TimeZone=UTC',
} as const
const OWN_WORDS = new URLSearchParams(PLAIN).toString().replaceAll('+', '%20')

/** A connection of our own to a running server. */
export interface Connection {
  /** The application's database on that server, with user and password. */
  readonly url: string
  query<Row extends object>(sql: string): Promise<Row[]>
  /** Lets the process end while the connection is open. */
  unref(): void
  /** Resolves when the server has let go of it too. */
  close(): Promise<void>
}

/** @param name what the server's list of clients shows. */
export async function connect(
  server: { port: number; password: string },
  name: string,
  log: Logger,
): Promise<Connection> {
  const { port, password } = server
  const socket = new Socket()
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    application_name: name,
    ssl: false,
    sslnegotiation: PLAIN.sslnegotiation,
    options: PLAIN.options,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    stream: () => socket,
  })
  client.on('error', (error) =>
    log.warn({ reason: messageOf(error) }, 'the embedded PostgreSQL closed a connection'),
  )
  await client.connect()
  return {
    url: `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}?${OWN_WORDS}`,
    query: async <Row extends object>(sql: string) => (await client.query<Row>(sql)).rows,
    unref: () => void socket.unref(),
    async close() {
      socket.ref()
      await client.end()
    },
  }
}

/** Makes the application's database where it is missing. */
export async function ensureDatabase(connection: Connection): Promise<void> {
  const found = await connection.query(`SELECT 1 FROM pg_database WHERE datname = '${DATABASE}'`)
  if (found.length === 0) await connection.query(`CREATE DATABASE ${DATABASE}`)
}
