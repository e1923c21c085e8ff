import { randomUUID } from 'node:crypto'
import { auth } from '@titanforge/auth'
import {
  createForge,
  definePlugin,
  Entitlements,
  EventBus,
  type Contributions,
  type Plugin,
} from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Database, database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { events } from '@titanforge/events'
import { http, HttpServer } from '@titanforge/http'
import { Grants } from '@titanforge/provisioning'
import type { ExecutionContext } from 'ava'
import { orchestrator, Workflows, type AnyWorkflow, type RunStatus } from '../src/index.js'

export const JWT_SECRET = 'a secret of the tests, long enough for HS256'

export interface Settings {
  workflows?: readonly AnyWorkflow[]
  /** The database of another application; one of its own, if left out. */
  url?: string
  config?: NonNullable<Parameters<typeof orchestrator>[0]>
  /** How many runs of each customer may be at work at once; any number, if left out. */
  limit?: () => number
  contributions?: Contributions
  /** What customers have paid for; everything, if left out. */
  entitlements?: Entitlements
  /** After which the work of a process that has died is taken over; long enough for a busy machine, if left out. */
  claimSeconds?: number
  /** False where other processes handle the events. */
  consume?: boolean
  plugins?: readonly Plugin[]
}

/** An application that does workflows, on a database of its own. */
export async function application(t: Pick<ExecutionContext, 'teardown'>, settings: Settings = {}) {
  const { workflows = [], config = {}, limit, contributions = {}, plugins = [] } = settings
  const { consume = true, claimSeconds = 10, entitlements } = settings
  const { url, drop } = settings.url
    ? { url: settings.url, drop: async () => undefined }
    : await testDatabase()
  const { log, lines } = captureLog()
  const shop = definePlugin({ name: 'shop', setup: () => ({ workflows, ...contributions }) })
  const plans = definePlugin({
    name: 'plans',
    provides: { grants: Grants },
    setup: () => ({
      services: {
        grants: {
          async of() {
            const limits: Record<string, number> = limit ? { workflow_runs: limit() } : {}
            return { plans: [], features: [], limits }
          },
        },
      },
    }),
  })
  const forge = createForge({
    log,
    plugins: [
      database({ url, poolSize: 8 }),
      events({ claimSeconds, pollSeconds: 0.2, consume }),
      http({ port: 0, drainMs: 2_000 }),
      auth({ jwtSecret: JWT_SECRET, passwordCost: 10 }),
      plans(),
      orchestrator({ retryBaseSeconds: 0.05, ...config }),
      shop(),
      ...(entitlements ? [sold(entitlements)] : []),
      ...plugins,
    ],
  })
  t.teardown(drop)
  t.teardown(() => forge.stop())
  await forge.start()
  const db = forge.get(Database)
  const bus = forge.get(EventBus)
  const address = forge.get(HttpServer).url
  const superuser = async () => {
    const one = await person(address)
    await db.query('UPDATE users SET is_superuser = true WHERE id = $1', [one.id])
    return one
  }
  const tell = async (path: string, body: unknown) => {
    const { accessToken } = await superuser()
    const response = await fetch(`${address}/api/runs/${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const statusOf = async (runId: string) =>
    (
      await db.query<{ status: RunStatus }>('SELECT status FROM workflow_runs WHERE id = $1', [
        runId,
      ])
    )[0]?.status
  return {
    forge,
    url,
    address,
    person: () => person(address),
    superuser,
    db,
    bus,
    lines,
    workflows: forge.get(Workflows),
    statusOf,
    /** Resolves when the run has this status. */
    reaches: (runId: string, status: RunStatus, timeoutMs = 60_000) =>
      waitFor(async () => (await statusOf(runId)) === status, {
        what: `the run to be ${status}`,
        timeoutMs,
      }).catch(async (error: unknown) => {
        const rows = await db.query('SELECT * FROM workflow_runs WHERE id = $1', [runId])
        const steps = await db.query('SELECT * FROM workflow_steps WHERE run_id = $1', [runId])
        throw new Error(JSON.stringify({ rows, steps, lines: lines.slice(-10) }, null, 1), {
          cause: error,
        })
      }),
    run: async (runId: string) => {
      const [row] = await db.query('SELECT * FROM workflow_runs WHERE id = $1', [runId])
      return row ?? {}
    },
    steps: (runId: string) =>
      db.query<{ name: string; kind: string; status: string; output: unknown }>(
        'SELECT * FROM workflow_steps WHERE run_id = $1 ORDER BY generation, asked',
        [runId],
      ),
    /** Answers as the application's own people do, over HTTP. */
    answer: (runId: string, step: string, answer: unknown) =>
      tell(`${runId}/steps/${step}/answer`, { answer }),
    /** Says what became of a step of unknown outcome, as the application's own people do. */
    resolve: (runId: string, step: string, finding: unknown) =>
      tell(`${runId}/steps/${step}/resolve`, finding),
    async user() {
      const id = randomUUID()
      await db.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, `${id}@example.com`])
      return id
    },
  }
}

const sold = (entitlements: Entitlements) =>
  definePlugin({
    name: 'sold',
    provides: { entitlements: Entitlements },
    setup: () => ({ services: { entitlements } }),
  })()

export type Application = Awaited<ReturnType<typeof application>>

export interface Person {
  id: string
  accessToken: string
}

/** Somebody with an account, who is logged in. */
async function person(address: string): Promise<Person> {
  const account = {
    email: `${randomUUID()}@example.com`,
    password: 'correct horse battery staple',
  }
  const post = async (path: string) => {
    const headers = { 'Content-Type': 'application/json' }
    const body = JSON.stringify(account)
    const response = await fetch(address + path, { method: 'POST', headers, body })
    return (await response.json()) as { accessToken: string }
  }
  await post('/api/auth/register')
  const { accessToken } = await post('/api/auth/login')
  const headers = { Authorization: `Bearer ${accessToken}` }
  const { id } = (await (await fetch(`${address}/api/auth/me`, { headers })).json()) as Person
  return { id, accessToken }
}
