import {
  Admission,
  defineAgent,
  defineErrors,
  definePlugin,
  defineTool,
  Ledger,
  type Entitlements,
  type ReservationRequest,
} from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { z } from 'zod'
import { agentOf, defineWorkflow, runFinished } from '../src/index.js'
import { application, type Application, type Person } from './application.js'
import { readEvents } from './server-sent.js'

const gate = { open: Promise.withResolvers<undefined>() }
const summarizer = defineAgent({
  name: 'summarizer',
  description: 'Sums texts up.',
  exposed: true,
  // Applied twice, it would find no comma, and so a single text.
  input: z.object({ texts: z.string().transform((texts) => texts.split(',')) }),
  output: z.object({ summary: z.string() }),
  async run({ texts }, ctx) {
    ctx.progress(40, `reading ${texts.length}`)
    await gate.open.promise
    return { summary: texts.join(' and ') }
  },
})
const internal = defineAgent({
  name: 'internal',
  description: 'Is for our own code.',
  input: z.unknown(),
  output: z.unknown(),
  run: () => null,
})
const listener = defineAgent({ name: 'listener', description: 'Listens.', on: [] })

const ask = async (app: Application, { accessToken }: Person, path: string, body?: object) => {
  const response = await fetch(app.address + path, {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const answer = (await response.json()) as Record<string, unknown>
  return { status: response.status, body: answer, headers: response.headers }
}
const errorOf = (body: Record<string, unknown>) =>
  body['error'] as { code: string; details?: unknown }

test('an agent that says so is called over HTTP, watched as it goes, and its answer is read', async (t) => {
  const app = await application(t, {
    contributions: { agents: [summarizer, internal, listener] },
  })
  const ada = await app.person()
  t.deepEqual((await ask(app, ada, '/api/agents')).body['agents'], [
    {
      name: 'summarizer',
      description: 'Sums texts up.',
      requires: [],
      // A form can be made of it.
      input: { type: 'object', properties: { texts: { type: 'string' } }, required: ['texts'] },
    },
  ])
  const input = { texts: 'hats,scarves' }
  const called = await ask(app, ada, '/api/agents/summarizer/runs', { input })
  t.is(called.status, 202)
  const id = called.body['id'] as string
  t.is(called.headers.get('Location'), `/api/runs/${id}`)
  t.like(called.body, { agent: 'summarizer', workflow: null, input })

  const headers = { Authorization: `Bearer ${ada.accessToken}` }
  const url = `${app.address}/api/runs/${id}/stream`
  const messages = await readEvents(url, headers, ({ event }) => {
    if (event === 'progress') gate.open.resolve(undefined)
    return false
  })
  t.like(
    messages.find(({ event }) => event === 'progress'),
    { data: { progress: 40, text: 'reading 2' } },
  )
  t.like(messages.at(-1), {
    event: 'run',
    data: { status: 'succeeded', output: { summary: 'hats and scarves' } },
  })
  const read = await ask(app, ada, `/api/runs/${id}`)
  t.like(read.body, { agent: 'summarizer', output: { summary: 'hats and scarves' } })

  const [told] = await app.db.query<{ payload: { workflow: string } }>(
    'SELECT payload FROM events WHERE event_type = $1',
    [runFinished.name],
  )
  t.is(agentOf(told?.payload.workflow ?? ''), 'summarizer')
})

test('no other agent is called over HTTP, nor any as a workflow', async (t) => {
  const app = await application(t, { contributions: { agents: [summarizer, internal, listener] } })
  const ada = await app.person()
  for (const name of ['internal', 'listener', 'nobody', 'agent:summarizer']) {
    const refused = await ask(app, ada, `/api/agents/${name}/runs`, { input: null })
    t.deepEqual([refused.status, errorOf(refused.body).code], [404, 'AGENT_UNKNOWN'], name)
  }
  const workflow = await ask(app, ada, '/api/workflows/agent:summarizer/runs', { input: {} })
  t.deepEqual([workflow.status, errorOf(workflow.body).code], [404, 'WORKFLOW_UNKNOWN'])
  t.deepEqual((await ask(app, ada, '/api/workflows')).body['workflows'], [])
  const invalid = await ask(app, ada, '/api/agents/summarizer/runs', { input: { texts: 1 } })
  t.deepEqual([invalid.status, errorOf(invalid.body).code], [422, 'INPUT_INVALID'])
  const stranger = await fetch(`${app.address}/api/agents`)
  t.is(stranger.status, 401)
  t.deepEqual((await ask(app, ada, '/api/runs')).body['runs'], [])
})

test('a customer calls what the plan has, with a slot and from the budget of the plan', async (t) => {
  const slots = { taken: 0, released: 0 }
  const reserved: ReservationRequest[] = []
  const spent: number[] = []
  const money = definePlugin({
    name: 'money',
    provides: { admission: Admission, ledger: Ledger },
    setup: () => ({
      services: {
        admission: {
          async admit() {
            slots.taken++
            return { release: async () => void slots.released++ }
          },
        },
        ledger: {
          async reserve(request) {
            reserved.push(request)
            return {
              settle: async (amount) => void spent.push(amount),
              release: async () => undefined,
            }
          },
        },
      },
    }),
  })
  const entitlements: Entitlements = {
    check: async (_, feature) =>
      feature === 'drawing'
        ? { ok: true, source: 'subscription' }
        : { ok: false, code: 'not_entitled', upgradeUrl: 'https://example.com/plans' },
  }
  const draw = defineTool({
    name: 'draw',
    description: 'Draws.',
    effect: 'idempotent',
    requires: ['drawing'],
    price: 300,
    input: z.null(),
    output: z.string(),
    run: () => 'a hat',
  })
  const common = { description: 'Draws.', input: z.null(), output: z.string(), exposed: true }
  const artist = defineAgent({
    ...common,
    name: 'artist',
    requires: ['drawing'],
    price: 500,
    tools: [draw],
    run: (_, ctx) => ctx.tool(draw, null),
  })
  const sculptor = defineAgent({ ...common, name: 'sculptor', requires: ['stone'], run: () => '' })
  const gallery = defineAgent({
    ...common,
    name: 'gallery',
    run: (_, ctx) => ctx.run(sculptor, null),
  })
  const app = await application(t, {
    contributions: { agents: [artist, sculptor, gallery] },
    entitlements,
    plugins: [money()],
  })
  const ada = await app.person()

  const refused = await ask(app, ada, '/api/agents/sculptor/runs', { input: null })
  t.is(refused.status, 403)
  t.like(errorOf(refused.body), {
    code: 'NOT_ENTITLED',
    details: { feature: 'stone', upgradeUrl: 'https://example.com/plans' },
  })
  // What an agent calls in turn is asked about when it is called.
  const inner = await ask(app, ada, '/api/agents/gallery/runs', { input: null })
  await app.reaches(inner.body['id'] as string, 'failed')
  t.like(await app.run(inner.body['id'] as string), { error: { code: 'NOT_ENTITLED' } })
  t.deepEqual(spent, [])

  const allowed = await ask(app, ada, '/api/agents/artist/runs', { input: null })
  await app.reaches(allowed.body['id'] as string, 'succeeded')
  t.deepEqual(spent, [300, 500])
  t.true(reserved.every(({ scopes }) => scopes.includes(`user:${ada.id}`)))
  t.deepEqual(slots, { taken: 2, released: 2 })
})

test('who cancels a run has the agent told, and the slot back', async (t) => {
  const slots = { taken: 0, released: 0 }
  const admission = definePlugin({
    name: 'slots',
    provides: { admission: Admission },
    setup: () => ({
      services: {
        admission: {
          async admit() {
            slots.taken++
            return { release: async () => void slots.released++ }
          },
        },
      },
    }),
  })
  const sleeper = defineAgent({
    name: 'sleeper',
    description: 'Waits until it is told to stop.',
    exposed: true,
    input: z.null(),
    output: z.null(),
    run: (_, { signal }) =>
      new Promise<never>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      ),
  })
  const app = await application(t, {
    contributions: { agents: [sleeper] },
    plugins: [admission()],
    limit: () => 1,
  })
  const [ada, eve] = [await app.person(), await app.person()]
  const { body } = await ask(app, ada, '/api/agents/sleeper/runs', { input: null })
  const id = body['id'] as string
  await waitFor(async () => slots.taken === 1)
  // Beyond the plan's limit, it waits.
  const second = await ask(app, ada, '/api/agents/sleeper/runs', { input: null })
  t.is(await app.statusOf(second.body['id'] as string), 'queued')

  for (const [path, sent] of [
    ['', undefined],
    ['/stream', undefined],
    ['/cancel', {}],
    ['/retry', {}],
  ] as const) {
    const answered = await ask(app, eve, `/api/runs/${id}${path}`, sent)
    t.deepEqual([answered.status, errorOf(answered.body).code], [404, 'RUN_NOT_FOUND'], path)
  }
  t.is(await app.statusOf(id), 'running')

  t.is((await ask(app, ada, `/api/runs/${id}/cancel`, {})).status, 202)
  await app.reaches(id, 'cancelled')
  await waitFor(async () => slots.released === 1 && slots.taken === 2)
  t.is((await ask(app, ada, `/api/runs/${second.body['id'] as string}/cancel`, {})).status, 202)
  await app.reaches(second.body['id'] as string, 'cancelled')
  t.deepEqual(slots, { taken: 2, released: 2 })
})

const idle = defineAgent({
  name: 'idle',
  description: 'Does nothing.',
  exposed: true,
  input: z.null(),
  output: z.null(),
  run: () => null,
})

test('who has called too often is told to come back, and nothing is kept', async (t) => {
  const app = await application(t, {
    contributions: { agents: [idle] },
    limit: () => 0,
    config: { queuedRuns: 1 },
  })
  const ada = await app.person()
  const call = () => ask(app, ada, '/api/agents/idle/runs', { input: null })
  t.is((await call()).status, 202)
  const full = await call()
  t.deepEqual([full.status, errorOf(full.body).code], [429, 'RUN_QUEUE_FULL'])
  t.is(full.headers.get('Retry-After'), '10')
  t.is(((await ask(app, ada, '/api/runs')).body['runs'] as unknown[]).length, 1)
})

test('a call that is let in no more this month fails and says so; a workflow waits', async (t) => {
  const errors = defineErrors({
    SPENT: { status: 429, message: () => 'You have had all runs of this month.' },
  })
  let refusals = 0
  const admission = definePlugin({
    name: 'months',
    provides: { admission: Admission },
    setup: () => ({
      services: {
        admission: {
          admit() {
            refusals++
            throw errors.SPENT(undefined, { details: { retryAfterSeconds: 86_400 } })
          },
        },
      },
    }),
  })
  const service = defineWorkflow({
    name: 'service',
    version: 1,
    description: 'Serves.',
    input: z.null(),
    output: z.null(),
    run: (_, flow) => flow.agent('serve', idle, null),
  })
  const app = await application(t, {
    contributions: { agents: [idle] },
    workflows: [service],
    plugins: [admission()],
  })
  const ada = await app.person()
  const called = (await ask(app, ada, '/api/agents/idle/runs', { input: null })).body[
    'id'
  ] as string
  await app.reaches(called, 'failed')
  t.like((await ask(app, ada, `/api/runs/${called}`)).body, {
    error: { code: 'SPENT', message: 'You have had all runs of this month.' },
  })
  const id = await app.workflows.start(service, null, { userId: ada.id })
  await waitFor(async () => {
    const [delivery] = await app.db.query<{ wait: number }>(
      `SELECT extract(epoch FROM due_at - now())::float8 AS wait FROM event_deliveries
       WHERE consumer = 'orchestrator.runs' AND due_at > now() + interval '10 seconds'`,
    )
    return delivery !== undefined && delivery.wait <= 60
  })
  t.is(await app.statusOf(id), 'running')
  t.is(refusals, 2)
})

test('a run that has waited begins only if it is still paid for; one that has begun goes on', async (t) => {
  let isPaid = true
  let limit = 1
  const entitlements: Entitlements = {
    check: async () =>
      isPaid ? { ok: true, source: 'subscription' } : { ok: false, code: 'not_entitled' },
  }
  const service = defineWorkflow({
    name: 'service',
    version: 1,
    description: 'Asks its customer.',
    requires: ['service'],
    input: z.null(),
    output: z.string(),
    run: (_, flow) => flow.waitForPerson('ask', { question: 'Well?', answer: z.string() }),
  })
  const app = await application(t, { workflows: [service], entitlements, limit: () => limit })
  const ada = await app.person()
  const start = async () =>
    (await ask(app, ada, '/api/workflows/service/runs', { input: null })).body['id'] as string
  const begun = await start()
  await app.reaches(begun, 'waiting')
  limit = 0
  const waits = await start()
  t.is(await app.statusOf(waits), 'queued')
  isPaid = false
  limit = 1
  await app.reaches(waits, 'failed')
  t.like(await app.run(waits), { error: { code: 'NOT_ENTITLED', public: true } })
  t.deepEqual(await app.steps(waits), [])
  t.is((await app.answer(begun, 'ask', 'yes')).status, 202)
  await app.reaches(begun, 'succeeded')
})

test('a failed run is taken up again by who has still paid for it', async (t) => {
  let isPaid = true
  const entitlements: Entitlements = {
    check: async () =>
      isPaid ? { ok: true, source: 'subscription' } : { ok: false, code: 'not_entitled' },
  }
  const service = defineWorkflow({
    name: 'service',
    version: 1,
    description: 'Fails.',
    requires: ['service'],
    input: z.null(),
    output: z.null(),
    run: () => Promise.reject(new Error('broken')),
  })
  const app = await application(t, { workflows: [service], entitlements })
  const ada = await app.person()
  const started = await ask(app, ada, '/api/workflows/service/runs', { input: null })
  const id = started.body['id'] as string
  await app.reaches(id, 'failed')
  isPaid = false
  const refused = await ask(app, ada, `/api/runs/${id}/retry`, {})
  t.deepEqual([refused.status, errorOf(refused.body).code], [403, 'NOT_ENTITLED'])
  t.is(await app.statusOf(id), 'failed')
  isPaid = true
  t.is((await ask(app, ada, `/api/runs/${id}/retry`, {})).status, 202)
})
