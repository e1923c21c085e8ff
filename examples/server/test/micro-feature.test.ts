import { purchaseCompleted } from '@titanforge/stripe'
import { createForge, EventBus } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { HttpServer } from '@titanforge/http'
import test from 'ava'
import { serverPlugins } from '../src/plugins.js'
import { person } from './security/people.js'
import { ask } from './security/browser.js'

interface Run {
  id: string
  status: string
  output: unknown
  steps: { name: string; status: string; question?: string }[]
}

test('who buys a Micro-Feature is asked for the task, and has it delivered', async (t) => {
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
  const app = { url: forge.get(HttpServer).url }
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
