import { randomBytes } from 'node:crypto'
import { createForge, type Forge } from '@titanforge/core'
import { captureLog, freePort } from '@titanforge/core/testing'
import { testDatabase } from '@titanforge/database/testing'
import { startStripeSandbox, type SandboxOptions } from '@titanforge/stripe-sandbox'
import pg from 'pg'
import Stripe from 'stripe'
import { serverPlugins } from '../../src/plugins.js'
import { mailServer } from '../mail-server.js'
import { startServer, temporaryHome, type Server } from '../programs.js'
import { clearTables } from './clear-tables.js'
import { createCodes } from './codes.js'
import type { Line } from './line.js'
import { World } from './world.js'

const SECRET = 'whsec_of_the_histories'
const KEY = 'sk_test_of_the_histories'
/** Long enough ago that no history gets to the present. */
const YEARS_AGO = 3

/** What is sold: with and without a trial, by the month and the year, in two currencies, and once. */
const catalogue: SandboxOptions['catalogue'] = [
  {
    name: 'Starter',
    metadata: { 'feature:agents': 'true', 'limit:runs': '100', trial_days: '14' },
    prices: [{ amount: 900, interval: 'month' }],
  },
  {
    name: 'Pro',
    metadata: { 'feature:agents': 'true', 'feature:priority': 'true', 'limit:runs': '1000' },
    prices: [
      { amount: 2900, interval: 'month' },
      { amount: 29_000, interval: 'year' },
      { amount: 400_000, currency: 'jpy', interval: 'month' },
    ],
  },
  { name: 'Report', metadata: { 'feature:report': 'true' }, prices: [{ amount: 1900 }] },
]

export type Chaos = NonNullable<SandboxOptions['chaos']>

/** The real server, as processes on one database, for one history after another. */
export interface Stage {
  /** A new Stripe with this chaos, and an empty database that knows its catalogue. */
  begin(history: { seed: string; chaos: Chaos }): Promise<World>
  /** Kills the process that takes the webhooks, does something while it is gone, and starts another. */
  kill(meanwhile: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

/**
 * @param processes how many of the server share the work.
 * @param line over which they reach Stripe; without one, directly.
 */
export async function openStage({
  processes,
  line,
}: {
  processes: number
  line?: Line
}): Promise<Stage> {
  const [database, mail, folder] = await Promise.all([
    testDatabase(),
    mailServer(),
    temporaryHome(),
  ])
  const port = line?.to ?? (await freePort())
  const env = {
    DATABASE_URL: database.url,
    TITANFORGE_HOME: folder.home,
    SMTP_URL: mail.url,
    STRIPE_SECRET_KEY: KEY,
    STRIPE_WEBHOOK_SECRET: SECRET,
    STRIPE_API_BASE: line?.url ?? `http://127.0.0.1:${port}`,
    EVENT_CLAIM_SECONDS: '2',
    JWT_SECRET: randomBytes(48).toString('base64url'),
    TRUST_PROXY: '127.0.0.1',
  }
  // Fixed, so that one that is started again is found where it was.
  const ports = await Promise.all(Array.from({ length: processes }, freePort))
  const start = (n: number) => startServer({ ...env, PORT: String(ports[n]) })
  const servers: Server[] = []
  // One after the other: the first migrates.
  for (let n = 0; n < processes; n++) servers.push(await start(n))
  const operator = await operatorsForge({ ...env, PUBLIC_URL: `http://127.0.0.1:${ports[0]}` })
  const db = new pg.Client(database.url)
  await db.connect()
  let sandbox: Awaited<ReturnType<typeof startStripeSandbox>> | undefined

  return {
    async begin({ seed, chaos }) {
      await sandbox?.stop()
      await clearTables(db)
      mail.messageIds.length = 0
      sandbox = await startStripeSandbox({
        port,
        key: KEY,
        seed,
        catalogue,
        startAt: Math.floor(Date.now() / 1000) - YEARS_AGO * 365 * 86_400,
        webhook: { url: `${servers[0]?.url}/webhooks/stripe`, secret: SECRET },
      })
      const stripe = new Stripe(KEY, { host: '127.0.0.1', port, protocol: 'http' })
      await createCodes(stripe)
      const addresses = servers.map(({ url }) => url)
      const output = () => servers.map((server) => server.output()).join('\n')
      const world = new World({ sandbox, stripe, db, mail, addresses, operator, output })
      await world.settle()
      sandbox.chaos(chaos)
      return world
    },
    async kill(meanwhile) {
      await servers[0]?.end('SIGKILL')
      await meanwhile()
      servers[0] = await start(0)
    },
    async close() {
      await sandbox?.stop()
      await operator.stop()
      await db.end()
      await Promise.all(servers.map((server) => server.end('SIGTERM')))
      mail.close()
      await database.drop()
      await folder.remove()
    },
  }
}

/** The same composition for an operator's commands and for agents, which takes no work. */
async function operatorsForge(env: Record<string, string>): Promise<Forge> {
  Object.assign(process.env, env)
  const forge = createForge({ plugins: serverPlugins(), log: captureLog().log })
  await forge.start({ serve: false })
  return forge
}
