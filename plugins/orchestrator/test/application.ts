import { randomUUID } from 'node:crypto'
import { auth } from '@titanforge/auth'
import {
  createForge,
  definePlugin,
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
  /** False where other processes handle the events. */
  consume?: boolean
  plugins?: readonly Plugin[]
}

/** An application that does workflows, on a database of its own. */
export async function application(t: Pick<ExecutionContext, 'teardown'>, settings: Settings = {}) {
  const { workflows = [], config = {}, limit, contributions = {}, plugins = [] } = settings
  const { consume = true } = settings
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
      events({ claimSeconds: 1, pollSeconds: 0.2, consume }),
      http({ port: 0, drainMs: 2_000 }),
      auth({ jwtSecret: JWT_SECRET, passwordCost: 10 }),
      plans(),
      orchestrator({ retryBaseSeconds: 0.05, ...config }),
      shop(),
      ...plugins,
    ],
  })
  t.teardown(drop)
  t.teardown(() => forge.stop())
  await forge.start()
  const db = forge.get(Database)
  const bus = forge.get(EventBus)
  const statusOf = async (runId: string) =>
    (
      await db.query<{ status: RunStatus }>('SELECT status FROM workflow_runs WHERE id = $1', [
        runId,
      ])
    )[0]?.status
  return {
    forge,
    url,
    address: forge.get(HttpServer).url,
    db,
    bus,
    lines,
    workflows: forge.get(Workflows),
    statusOf,
    /** Resolves when the run has this status. */
    reaches: (runId: string, status: RunStatus, timeoutMs = 20_000) =>
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
    async user() {
      const id = randomUUID()
      await db.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, `${id}@example.com`])
      return id
    },
  }
}

export type Application = Awaited<ReturnType<typeof application>>
