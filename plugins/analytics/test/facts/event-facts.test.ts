import { defineAgent, definePlugin } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import { route } from '@titanforge/http'
import test from 'ava'
import { z } from 'zod'
import { today } from '../../src/day.js'
import { application } from '../application.js'

const busy = defineAgent({
  name: 'busy',
  description: 'Works, or not.',
  input: z.boolean(),
  output: z.null(),
  run(fails) {
    if (fails) throw new Error('no')
    return null
  },
})
const things = definePlugin({
  name: 'things',
  setup: () => ({
    agents: [busy],
    routes: [
      route({
        method: 'GET',
        path: '/api/things/:id',
        auth: 'user',
        summary: 'A thing',
        handler: () => ({ ok: true }),
      }),
    ],
  }),
})
const now = { from: today(), to: today() }

const open = async (t: { teardown(work: () => Promise<void>): void }, url?: string) => {
  const app = await application({ plugins: [things()], ...(url && { url }) })
  t.teardown(() => app.close())
  const figure = async (metric: string, dimension = '') => {
    await app.analytics.catchUp()
    const found = await app.analytics.metrics(now)
    return found.find((it) => it.metric === metric && it.dimension === dimension)?.value
  }
  const recorded = async (type: string) => {
    const [row] = await app.db.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM events WHERE event_type = $1',
      [type],
    )
    return row?.n ?? 0
  }
  return { ...app, figure, recorded }
}

test.serial(
  'sign-ups, log-ins and calls of the API are counted, and make active users',
  async (t) => {
    const app = await open(t)
    const { token } = await app.logIn()
    for (let n = 0; n < 3; n++) await app.send(`/api/things/${n}`, { token })
    await app.send('/api/things/1')
    await waitFor(async () => (await app.recorded('analytics.api_called')) === 3)
    t.is(await app.figure('sign_ups'), 1)
    t.is(await app.figure('log_ins'), 1)
    t.is(await app.figure('api_calls'), 3)
    t.is(await app.figure('api_calls', 'GET /api/things/:id'), 3)
    for (const metric of ['dau', 'wau', 'mau']) t.is(await app.figure(metric), 1)
  },
)

test.serial('a graceful stop writes down the last call of the API', async (t) => {
  const app = await open(t)
  const { token } = await app.logIn()
  for (let n = 0; n < 120; n++) await app.send('/api/things/1', { token })
  await app.stop()
  const after = await open(t, app.url)
  t.is(await after.recorded('analytics.api_called'), 120)
})

test.serial('runs of agents are counted with how they ended, and how long they took', async (t) => {
  const app = await open(t)
  for (const fails of [false, false, true, false])
    await app.forge.run(busy, fails).catch(() => null)
  await waitFor(async () => (await app.recorded('analytics.agent_run_ended')) === 4)
  t.is(await app.figure('agent_runs', 'busy'), 4)
  t.is(await app.figure('agent_runs_succeeded', 'busy'), 3)
  t.is(await app.figure('agent_runs'), 4)
  t.is(await app.figure('agent_success_rate', 'busy'), 0.75)
  const { totals } = await app.analytics.summary(now)
  t.is(totals.agent_success_rate, undefined)
  const [p50, p95] = [await app.figure('agent_p50_ms'), await app.figure('agent_p95_ms')]
  t.true((p50 ?? -1) >= 0 && (p95 ?? -1) >= (p50 ?? 0))
})

test.serial('each event of the front end counts once, and only the allowed ones', async (t) => {
  const app = await open(t)
  const [ada, ben] = [await app.logIn(), await app.logIn()]
  const send = (events: object[], token = ada.token) =>
    app.send('/api/analytics/events', { body: { events }, token })
  const view = { id: 'e1', type: 'page_viewed', properties: { path: '/' } }
  t.deepEqual(await (await send([view, { ...view, id: 'e2' }])).json(), {
    accepted: 2,
    duplicates: 0,
  })
  t.deepEqual(await (await send([view, { ...view, id: 'e3' }])).json(), {
    accepted: 1,
    duplicates: 1,
  })
  t.deepEqual(await (await send([view], ben.token)).json(), { accepted: 1, duplicates: 0 })
  t.is((await send([{ id: 'e4', type: 'password_typed' }])).status, 422)
  t.is((await send([{ ...view, id: 'e5', at: '2020-01-01T00:00:00Z' }])).status, 422)
  t.is((await send([view], 'nobody')).status, 401)
  t.is(await app.figure('front_end_events', 'page_viewed'), 4)
})

test.serial('an application without accounts is not recorded under strange ids', async (t) => {
  const app = await open(t)
  await app.forge.run(busy, false, { principal: { userId: 'ada' } })
  await waitFor(async () => (await app.recorded('analytics.agent_run_ended')) === 1)
  t.is(await app.figure('agent_runs'), 1)
})
