import assert from 'node:assert/strict'
import { defineAgent, parse, type Entitlements } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { z } from 'zod'
import { defineWorkflow } from '../src/index.js'
import { application, type Application, type Person } from './application.js'
import { readEvents } from './server-sent.js'

const gate = { open: Promise.withResolvers<undefined>() }
const writer = defineAgent({
  name: 'writer',
  description: 'Writes, and tells how far it is.',
  input: z.string(),
  output: z.string(),
  async run(topic, ctx) {
    ctx.progress(40, `writing about ${topic}`)
    await gate.open.promise
    return `About ${topic}.`
  },
})
const report = defineWorkflow({
  name: 'report',
  version: 1,
  description: 'Writes a report.',
  input: z.object({ topic: z.string().min(1) }),
  output: z.object({ text: z.string() }),
  async run({ topic }, flow) {
    flow.progress(10, 'writing')
    const text = await flow.agent('write', writer, topic)
    flow.progress(60, 'being read')
    const { ok } = await flow.waitForPerson('approve', {
      question: 'Is it good?',
      answer: z.object({ ok: z.boolean() }),
    })
    return { text: ok ? text : '' }
  },
})
const review = defineWorkflow({
  name: 'review',
  version: 1,
  description: 'Is looked at by us.',
  input: z.object({}),
  output: z.string(),
  run: (_, flow) =>
    flow.waitForPerson('look', { question: 'Well?', answer: z.string(), by: 'operator' }),
})
const paidFor = { ...report, name: 'paid-for', requires: ['reports'] }

const ask = async (
  app: Application,
  person: Person,
  path: string,
  body?: object,
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> => {
  const response = await fetch(app.address + path, {
    method: body ? 'POST' : 'GET',
    headers: {
      Authorization: `Bearer ${person.accessToken}`,
      ...(body ? { 'Content-Type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  if (response.ok) assertDescribed(app, body ? 'POST' : 'GET', path, parsed)
  return { status: response.status, body: parsed, headers: response.headers }
}

/** An answer is what its route says that it answers, to the last key. */
function assertDescribed({ forge }: Application, method: string, path: string, body: unknown) {
  const routes = forge.all('routes').flatMap(({ value }) => value)
  const isAsked = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path)
  const route = routes.find((one) => one.method === method && isAsked(one.path))
  assert(route?.response, `${method} ${path} describes no answer`)
  assert.deepEqual(parse(route.response, body, path), body)
}
const codeOf = (body: Record<string, unknown>) => (body['error'] as { code: string }).code

test('a run is started, watched, answered and read over HTTP; who comes back to the stream goes on', async (t) => {
  const app = await application(t, { workflows: [report] })
  const ada = await app.person()
  const listed = await ask(app, ada, '/api/workflows')
  t.deepEqual(listed.body['workflows'], [
    {
      name: 'report',
      version: 1,
      description: 'Writes a report.',
      requires: [],
      input: {
        type: 'object',
        properties: { topic: { type: 'string', minLength: 1 } },
        required: ['topic'],
      },
    },
  ])
  const started = await ask(app, ada, '/api/workflows/report/runs', { input: { topic: 'hats' } })
  t.is(started.status, 202)
  const id = started.body['id'] as string
  t.is(started.headers.get('Location'), `/api/runs/${id}`)

  const url = `${app.address}/api/runs/${id}/stream`
  const headers = { Authorization: `Bearer ${ada.accessToken}` }
  const first = await readEvents(url, headers, ({ event }) => event === 'progress')
  t.deepEqual(first.at(-1)?.data, { step: 'write', progress: 40, text: 'writing about hats' })
  const lastId = first.findLast((message) => message.id)?.id ?? ''

  const others: unknown[] = []
  const rest = readEvents(url, { ...headers, 'Last-Event-ID': lastId }, (message) => {
    others.push(message)
    return false
  })
  gate.open.resolve(undefined)
  await app.reaches(id, 'waiting')
  const wrong = await ask(app, ada, `/api/runs/${id}/steps/approve/answer`, { answer: { ok: 1 } })
  t.is(wrong.status, 422)
  const answer = { answer: { ok: true } }
  const answered = await ask(app, ada, `/api/runs/${id}/steps/approve/answer`, answer)
  t.is(answered.status, 202)
  const messages = await rest
  const steps = messages
    .filter(({ event }) => event === 'step')
    .map(({ data }) => [data['name'], data['status']])
  t.deepEqual(
    steps.filter(([, status]) => status === 'succeeded'),
    [
      ['write', 'succeeded'],
      ['approve', 'succeeded'],
    ],
  )
  t.false(
    steps.some(([name, status]) => name === 'write' && status === 'running'),
    'what was sent before is not sent again',
  )
  t.like(messages.at(-1), {
    event: 'run',
    data: { status: 'succeeded', progress: 100, output: { text: 'About hats.' } },
  })
  const over = await fetch(url, {
    headers: { ...headers, 'Last-Event-ID': messages.at(-1)?.id ?? '' },
  })
  t.is(over.status, 204, 'a browser need not come back')

  const read = await ask(app, ada, `/api/runs/${id}`)
  t.like(read.body, { status: 'succeeded', output: { text: 'About hats.' }, error: null })
  t.like((read.body['steps'] as unknown[])[1], { kind: 'person', question: 'Is it good?' })
  const runs = (await ask(app, ada, '/api/runs')).body['runs'] as { id: string }[]
  t.deepEqual(
    runs.map((run) => run.id),
    [id],
  )
  t.is(codeOf((await ask(app, ada, `/api/runs/${id}/cancel`, {})).body), 'RUN_OVER')
  t.is(codeOf((await ask(app, ada, `/api/runs/${id}/retry`, {})).body), 'RUN_NOT_FAILED')
})

test("somebody else's run is not found, whatever is asked of it", async (t) => {
  const app = await application(t, { workflows: [review] })
  const [ada, eve] = await Promise.all([app.person(), app.person()])
  const { body } = await ask(app, ada, '/api/workflows/review/runs', { input: {} })
  const id = body['id'] as string
  await app.reaches(id, 'waiting')
  const unknown = '019b0000-0000-7000-8000-000000000001'
  for (const path of ['', '/stream', '/cancel', '/retry', '/steps/look/answer']) {
    const sent = path === '' || path === '/stream' ? undefined : { answer: 'fine' }
    for (const run of [id, unknown, 'no-uuid']) {
      const answered = await ask(app, eve, `/api/runs/${run}${path}`, sent)
      t.is(answered.status, 404, path)
      t.is(codeOf(answered.body), 'RUN_NOT_FOUND')
    }
  }
  t.deepEqual((await ask(app, eve, '/api/runs')).body['runs'], [])
  t.is(await app.statusOf(id), 'waiting')

  // What is asked of the application's own people, its customer cannot answer.
  const own = await ask(app, ada, `/api/runs/${id}/steps/look/answer`, { answer: 'fine' })
  t.is(own.status, 403)
  t.is((await app.answer(id, 'look', 'fine')).status, 202)
  await app.reaches(id, 'succeeded')
  t.is((await app.answer(id, 'look', 'again')).status, 409)
})

test('what cannot be started is refused with what to do', async (t) => {
  const refuses: Entitlements = { check: async () => ({ ok: false, code: 'not_entitled' }) }
  const app = await application(t, {
    workflows: [report, paidFor],
    limit: () => 0,
    config: { queuedRuns: 2 },
    entitlements: refuses,
  })
  const ada = await app.person()
  const start = (name: string, input: unknown) =>
    ask(app, ada, `/api/workflows/${name}/runs`, { input })
  const unknown = await start('nothing', {})
  t.deepEqual([unknown.status, codeOf(unknown.body)], [404, 'WORKFLOW_UNKNOWN'])
  const invalid = await start('report', { topic: '' })
  t.deepEqual([invalid.status, codeOf(invalid.body)], [422, 'INPUT_INVALID'])
  const unpaid = await start('paid-for', { topic: 'hats' })
  t.deepEqual([unpaid.status, codeOf(unpaid.body)], [403, 'NOT_ENTITLED'])
  for (const topic of ['hats', 'scarves']) t.is((await start('report', { topic })).status, 202)
  const full = await start('report', { topic: 'hats' })
  t.deepEqual([full.status, codeOf(full.body)], [429, 'RUN_QUEUE_FULL'])
  t.is((await fetch(`${app.address}/api/workflows`)).status, 401)
})

test('those who watch are let go when the process stops', async (t) => {
  const app = await application(t, { workflows: [review] })
  const ada = await app.person()
  const { body } = await ask(app, ada, '/api/workflows/review/runs', { input: {} })
  const headers = { Authorization: `Bearer ${ada.accessToken}` }
  const url = `${app.address}/api/runs/${body['id'] as string}/stream`
  let seen = 0
  const watching = readEvents(url, headers, () => ++seen < 0)
  await waitFor(() => seen > 0)
  await app.forge.stop()
  t.true((await watching).length > 0)
  t.false(app.lines.some((line) => line.includes('cut off')))
})
