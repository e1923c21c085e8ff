import { fileURLToPath } from 'node:url'
import { startProcess } from '@titanforge/core/testing'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { connect } from './connection.js'
import { prepare, type SequenceConfig } from './prepare.js'
import { readState, type SystemState } from './read-state.js'

const SERVER = fileURLToPath(
  new URL('../../../../../examples/server/dist/src/main.js', import.meta.url),
)

export interface OpenOptions {
  webhookSecret: string
}

export interface SystemUnderTest {
  /** Posts one delivery to the server and resolves with the HTTP status. */
  deliver(rawBody: string, headers: Record<string, string>): Promise<number>
  /**
   * The database's state once everything delivered has been handled.
   *
   * @param asOf seconds since the epoch.
   */
  state(asOf: number): Promise<SystemState>
  close(): Promise<void>
}

/** Starts the real server on a database of its own, which knows what `config` says. */
export async function open(
  config: SequenceConfig,
  { webhookSecret }: OpenOptions,
): Promise<SystemUnderTest> {
  const database = await testDatabase()
  const env = {
    DATABASE_URL: database.url,
    PORT: '0',
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_SECRET_KEY: undefined,
    SMTP_URL: undefined,
    NODE_ENV: undefined,
  }
  const server = await startProcess(SERVER, { env, ready: /runs at (\S+)/ })
  const db = await connect(database.url)
  await prepare(db, config)
  return {
    async deliver(rawBody, headers) {
      const response = await fetch(`${server.match[1]}/webhooks/stripe`, {
        method: 'POST',
        body: rawBody,
        headers,
      })
      return response.status
    },
    async state(asOf) {
      try {
        await waitFor(async () => (await db.unhandled()) === 0, {
          what: 'every delivery to be handled',
          timeoutMs: 30_000,
        })
      } catch (error) {
        throw new Error(
          `The server printed:
${server.output()}`,
          { cause: error },
        )
      }
      return readState(db, config, asOf)
    },
    async close() {
      await db.end()
      await server.end('SIGTERM')
      await database.drop()
    },
  }
}
