import { purchaseCompleted } from '@titanforge/stripe'
import { createForge, EventBus } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { HttpServer } from '@titanforge/http'
import test, { type ExecutionContext } from 'ava'
import { serverPlugins } from '../src/plugins.js'
import { person } from './security/people.js'
import { ask } from './security/browser.js'

interface Run {
  id: string
  status: string
  output: unknown
  steps: { name: string; status: string; question?: string }[]
}

// Nothing is bought here, so no Stripe is needed; each server would open the same port for it.
process.env.STRIPE_SANDBOX = 'off'

/** The bundled server, on a database of its own. */
async function startServer(t: ExecutionContext) {
  const { url, drop } = await testDatabase()
  const { log } = captureLog()
  const environment = {
    DATABASE_URL: url,
    PORT: '0',
    JWT_SECRET: 'a secret of the tests that is long enough for HS256',
    STRIPE_WEBHOOK_SECRET: 'whsec_of_the_tests',
  }
  const forge = createForge({ plugins: serverPlugins(), environment, log })
  t.teardown(drop)
  t.teardown(() => forge.stop())
  await forge.start()
  return { forge, url: forge.get(HttpServer).url }
}

test('who buys a Micro-Feature is asked for the task, and has it delivered', async (t) => {
  const app = await startServer(t)
  const { forge } = app
  const ada = await person(app)
  const purchaseId = crypto.randomUUID()
  const item = { priceId: 'price_1', productId: 'prod_1', name: 'Micro-Feature Development' }
  await forge.get(Database).transaction((tx) =>
    forge.get(EventBus).publish(tx, purchaseCompleted, {
      userId: ada.id,
      purchaseId,
      amount: 9900,
      currency: 'usd',
      items: [
        {
          ...item,
          quantity: 1,
          grants: { features: [], limits: {} },
          workflow: 'micro-feature-development',
        },
      ],
      purchasedAt: new Date().toISOString(),
    }),
  )
  const token = ada.accessToken
  const waiting = async (step: string): Promise<Run> =>
    waitFor(
      async () => {
        const { body } = await ask(app.url, '/api/runs', { token })
        const [run] = body['runs'] as Run[]
        if (!run) return undefined
        const read = (await ask(app.url, `/api/runs/${run.id}`, { token })).body as unknown as Run
        const asks = read.steps.some(({ name, status }) => name === step && status === 'waiting')
        return asks && read.status === 'waiting' ? read : undefined
      },
      { what: `the step ${step}` },
    )
  const answer = (run: Run, step: string, body: object) =>
    ask(app.url, `/api/runs/${run.id}/steps/${step}/answer`, { token, body })

  const asked = await waiting('task')
  t.is(asked.steps[0]?.question, 'What is to be built?')
  const given = { answer: { task: 'a darker button' } }
  t.is((await answer(asked, 'task', given)).status, 202)
  const done = await waiting('accept')
  t.is((await answer(done, 'accept', { answer: { accepted: true } })).status, 202)
  const over = await waitFor(async () => {
    const { body } = await ask(app.url, `/api/runs/${done.id}`, { token })
    return body['status'] === 'succeeded' && body
  })
  t.like(over['output'], { title: 'a darker button', remarks: [] })
})

test('an agent of the swarm is called by its customer, as often as the plan allows', async (t) => {
  const app = await startServer(t)
  const ada = await person(app)
  const token = ada.accessToken
  const { body } = await ask(app.url, '/api/agents', { token })
  t.deepEqual(
    (body['agents'] as { name: string }[]).map(({ name }) => name),
    ['micro-feature-planner'],
  )
  const call = async (until: 'succeeded' | 'failed') => {
    const input = { task: 'a darker button' }
    const path = '/api/agents/micro-feature-planner/runs'
    const called = await ask(app.url, path, { token, body: { input } })
    t.is(called.status, 202)
    return waitFor(async () => {
      const read = await ask(app.url, `/api/runs/${called.body['id'] as string}`, { token })
      return read.body['status'] === until && read.body
    })
  }
  t.like((await call('succeeded'))['output'], { title: 'a darker button' })
  t.like((await ask(app.url, '/api/usage', { token })).body, {
    usage: { agent_runs: { used: 1, limit: 100 } },
  })
  const email = ada.email
  const once = ['agent_runs', '1', '--reason', 'a test']
  await app.forge.command(['entitlements:override', email, ...once], () => undefined)
  t.like((await call('failed'))['error'], { code: 'AGENT_RUNS_EXCEEDED' })
})
