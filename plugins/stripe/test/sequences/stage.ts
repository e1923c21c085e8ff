import { fileURLToPath } from 'node:url'
import { startProcess } from '@titanforge/core/testing'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import Stripe from 'stripe'
import { connect, type Connection } from './connection.js'
import { prepare } from './prepare.js'
import { readState, type SystemState } from './read-state.js'
import { recordedApi } from './recorded-api.js'
import type { Recording } from './recording.js'
import type { Variant } from './variants.js'

const SERVER = fileURLToPath(
  new URL('../../../../../examples/server/dist/src/main.js', import.meta.url),
)
const SECRET = 'whsec_sequences_of_deliveries'
const { webhooks } = new Stripe('sk_unused')

/** Two processes of the real server on one database. Recordings are played to them one after another. */
export interface Stage {
  /** The state that a recording leads to, from an empty database. */
  play(recording: Recording, variant: Variant): Promise<SystemState>
  close(): Promise<void>
}

// Nobody pulls the plug here, so no commit waits for the disk; else that is most of the time.
const UNHURRIED_DISK = `DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database());
END $$`

/** @param refetch whether there is an API to fetch each object from, instead of the payloads. */
export async function openStage({ refetch }: { refetch: boolean }): Promise<Stage> {
  const database = await testDatabase()
  const db = await connect(database.url)
  await db.query(UNHURRIED_DISK)
  const api = refetch ? await recordedApi() : undefined
  const env = {
    DATABASE_URL: database.url,
    PORT: '0',
    STRIPE_WEBHOOK_SECRET: SECRET,
    STRIPE_SECRET_KEY: refetch ? 'sk_test_of_the_sequences' : undefined,
    STRIPE_API_BASE: api?.url,
    STRIPE_SANDBOX: 'off',
    SMTP_URL: undefined,
    NODE_ENV: undefined,
  }
  const start = () => startProcess(SERVER, { env, ready: /runs at (\S+)/ })
  // One after the other: the first migrates.
  const servers = [await start(), await start()] as const
  const settled = async () => {
    try {
      await waitFor(async () => (await db.unhandled()) === 0, {
        what: 'every delivery to be handled',
        timeoutMs: 60_000,
      })
    } catch (cause) {
      const output = servers.map((server) => server.output()).join('\n')
      throw new Error(`The servers printed:\n${output}`, { cause })
    }
  }
  return {
    async play(recording, variant) {
      await clear(db)
      api?.load(recording)
      await prepare(db, recording.config)
      for (const step of variant.steps(recording.deliveries)) {
        await Promise.all(
          step.map(({ body, process }) => deliver(servers[process].match[1] ?? '', body)),
        )
      }
      await settled()
      return readState(db, recording)
    },
    async close() {
      await db.end()
      await Promise.all(servers.map((server) => server.end('SIGTERM')))
      await api?.close()
      await database.drop()
    },
  }
}

async function deliver(server: string, payload: string): Promise<void> {
  const signature = webhooks.generateTestHeaderString({ payload, secret: SECRET })
  const response = await fetch(`${server}/webhooks/stripe`, {
    method: 'POST',
    body: payload,
    headers: { 'stripe-signature': signature },
  })
  const text = await response.text()
  if (response.status !== 200)
    throw new Error(`a delivery was answered ${response.status}: ${text}`)
}

/** What other tables refer to, after them. */
const LAST = ['users', 'products', 'events']

/**
 * Empties every table but those that the running servers rely on. They look for work meanwhile, which
 * truncating would disturb; and for so few rows it takes longer.
 */
async function clear(db: Connection): Promise<void> {
  const tables = await db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND table_name NOT IN ('migrations', 'event_consumers', 'event_schedules')`,
  )
  const names = tables.map(({ name }) => name)
  const order = [...names.filter((name) => !LAST.includes(name)), ...LAST]
  await db.query(`BEGIN; ${order.map((name) => `DELETE FROM "${name}";`).join(' ')} COMMIT`)
}
