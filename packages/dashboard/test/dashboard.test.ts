import assert from 'node:assert/strict'
import {
  createForge,
  defineAgent,
  defineEvent,
  definePlugin,
  EventBus,
  on,
  parse,
  UnitOfWork,
  type Forge,
  type Plugin,
} from '@titanforge/core'
import { captureLog, waitFor } from '@titanforge/core/testing'
import { AuditTrail, Guard, http, HttpServer, type AuditedAction } from '@titanforge/http'
import test, { type ExecutionContext } from 'ava'
import { z } from 'zod'
import type { Swarm } from '../src/admin/swarm.js'
import { dashboard, formPanel, type Panel } from '../src/index.js'

/** Knows people by their names, and keeps what `root` does. */
const people = (kept: AuditedAction[] = []) =>
  definePlugin({
    name: 'people',
    provides: { guard: Guard, trail: AuditTrail },
    setup: () => ({
      services: {
        trail: { record: async (action) => void kept.push(action) },
        guard: {
          identify: async (authorization) =>
            authorization === ''
              ? undefined
              : { userId: authorization, isSuperuser: authorization === 'root' },
        },
      },
    }),
  })()

const forecasts = (name: string, audience: Panel['audience']): Panel => ({
  kind: 'chart',
  name,
  title: 'Forecasts',
  audience,
  load: ({ identity, from }) => [{ name: identity.userId, points: [[from, 20]] }],
})

const weather = (panels: Panel[], name = 'weather') =>
  definePlugin({ name, setup: () => ({ panels }) })()

async function start(t: ExecutionContext, ...plugins: Plugin[]) {
  const { log } = captureLog()
  const kept: AuditedAction[] = []
  const forge = createForge({
    log,
    plugins: [http({ port: 0 }), people(kept), dashboard({ title: 'A & <b>' }), ...plugins],
  })
  t.teardown(() => forge.stop())
  await forge.start()
  return { forge, kept, ask: asker(forge) }
}

const asker =
  (forge: Forge) =>
  async (path: string, who = '', body?: unknown) => {
    const response = await fetch(forge.get(HttpServer).url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: who, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (response.ok && path.startsWith('/api/')) assertDescribed(forge, path, json(text), body)
    return { status: response.status, headers: response.headers, text, body: json(text) }
  }

/** What is answered is what their routes say of it, to the last key. */
function assertDescribed(forge: Forge, path: string, answer: unknown, sent: unknown) {
  const routes = forge.all('routes').flatMap(({ value }) => value)
  const method = sent === undefined ? 'GET' : 'POST'
  const isAsked = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path.replace(/\?.*/, ''))
  const route = routes.find((one) => one.method === method && isAsked(one.path))
  assert(route?.response, `${method} ${path} describes no answer`)
  assert.deepEqual(parse(route.response, answer, path), answer)
}

const json = (text: string) =>
  text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}

test('a page of the application is kept by nobody, and runs no script but files of ours', async (t) => {
  const { ask } = await start(t)
  for (const path of ['/', '/billing/success', '/runs/1', '/admin/users']) {
    const { status, headers, text } = await ask(path)
    t.is(status, 200)
    t.is(headers.get('cache-control'), 'no-store')
    const policy = headers.get('content-security-policy') ?? ''
    t.regex(policy, /default-src 'none'; script-src 'self';/)
    t.notRegex(policy, /unsafe/)
    t.true(text.includes('<title>A &#38; &#60;b&#62;</title>'))
    t.notRegex(text, /<script(?![^>]*src=)/)
  }
  const nonce = async () => (await ask('/')).headers.get('content-security-policy')
  t.not(await nonce(), await nonce())
})

test('a built file is kept for ever, and comes compressed', async (t) => {
  const { ask } = await start(t)
  const [path = ''] = /\/assets\/index-[\w-]+\.js/.exec((await ask('/')).text) ?? []
  const { status, headers } = await ask(path)
  t.is(status, 200)
  t.is(headers.get('cache-control'), 'public, max-age=31536000, immutable')
  t.regex(headers.get('content-encoding') ?? '', /^(br|gzip)$/)
  t.is((await ask('/assets/index.html')).status, 404)
  t.is((await ask('/assets/..%2Findex.html')).status, 404)
})

test('paths of nobody stay errors', async (t) => {
  const { ask } = await start(t)
  for (const path of ['/api/nothing', '/dev/mail', '/nothing', '/auth/verify']) {
    t.like(await ask(path), { status: 404 }, path)
  }
  t.is((await ask('/docs')).headers.get('content-type'), 'text/html; charset=utf-8')
})

test('a plugin adds a panel from server code alone, and each audience sees its own', async (t) => {
  const mine = forecasts('weather.mine', 'user')
  const all = forecasts('weather.all', 'superuser')
  const { ask } = await start(t, weather([mine, all]))
  t.deepEqual((await ask('/api/panels', 'ada')).body, {
    panels: [{ name: 'weather.mine', title: 'Forecasts', kind: 'chart', page: 'overview' }],
  })
  const { body } = await ask('/api/panels/weather.mine?from=2026-01-31&to=2026-02-01', 'ada')
  t.deepEqual(body, { content: [{ name: 'ada', points: [['2026-01-31', 20]] }] })
  t.is((await ask('/api/panels/weather.mine?from=2026-02-01&to=2026-01-31', 'ada')).status, 422)
  for (const day of ['0000-01-01', '1970-01-01', '3000-01-01'])
    t.is((await ask(`/api/panels/weather.mine?from=${day}&to=${day}`, 'ada')).status, 422, day)
  t.is((await ask('/api/panels/weather.all', 'ada')).status, 404)
  t.is((await ask('/api/admin/panels', 'ada')).status, 403)
  t.is((await ask('/api/panels')).status, 401)
  t.is((await ask('/api/admin/panels/weather.all', 'root')).status, 200)
})

test('figures and tables leave as they are described', async (t) => {
  const named = (name: string) => ({ name, title: 'Rain', audience: 'user' as const })
  const figures: Panel = {
    ...named('weather.rain'),
    about: 'So far',
    kind: 'metric',
    load: () => [
      { label: 'Rain', value: 0.5, format: 'percent' },
      { label: 'Damage', value: null, format: 'money', currency: 'usd' },
    ],
  }
  const table: Panel = {
    ...named('weather.days'),
    kind: 'table',
    columns: [{ key: 'day', title: 'Day', format: 'day' }],
    load: () => [{ day: '2026-01-31' }],
  }
  const { ask } = await start(t, weather([figures, table]))
  t.is((await ask('/api/panels', 'ada')).status, 200)
  t.is((await ask('/api/panels/weather.rain', 'ada')).status, 200)
  t.deepEqual((await ask('/api/panels/weather.days', 'ada')).body, {
    content: [{ day: '2026-01-31' }],
  })
})

test('a form is described by its schema, and hands on what fits it alone', async (t) => {
  const form = formPanel({
    name: 'weather.subscribe',
    title: 'Weather by mail',
    audience: 'user',
    action: 'Subscribe',
    input: z.object({ city: z.string().min(1) }),
    submit: ({ city }, { identity }) => `${identity.userId} will hear of ${city}.`,
  })
  const { ask } = await start(t, weather([form]))
  const { body } = await ask('/api/panels', 'ada')
  t.like(body, { panels: [{ action: 'Subscribe', schema: { required: ['city'] } }] })
  const send = (input: unknown) => ask('/api/panels/weather.subscribe', 'ada', input)
  t.deepEqual((await send({ city: 'Oslo' })).body, { message: 'ada will hear of Oslo.' })
  t.like(await send({ city: '' }), { status: 422, body: { error: { code: 'INPUT_INVALID' } } })
  t.is((await ask('/api/panels/weather.subscribe', 'ada')).status, 404)
})

test('two panels of one name stop the start, with both plugins named', async (t) => {
  const panel = forecasts('weather.mine', 'user')
  const error = await t.throwsAsync(start(t, weather([panel]), weather([panel], 'other')))
  t.regex(error.message, /weather and other each have a panel "weather.mine"/)
})

test('a panel says on which page it is, and none is where its audience never comes', async (t) => {
  const placed: Panel = { ...forecasts('weather.bill', 'user'), page: 'billing', csv: '/api/rain' }
  const { ask } = await start(t, weather([placed]))
  t.like((await ask('/api/panels', 'ada')).body, {
    panels: [{ page: 'billing', csv: '/api/rain' }],
  })
  const lost: Panel = { ...forecasts('weather.lost', 'user'), page: 'analytics' }
  const error = await t.throwsAsync(start(t, weather([lost])))
  t.regex(error.message, /"weather.lost" is for the audience "user", .* no page "analytics"/)
})

const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })

/** Consumes what is sold, unless it is broken. */
function shopOf() {
  const state = { isBroken: true, handled: 0 }
  const shop = definePlugin({
    name: 'shop',
    events: [sold],
    setup: () => ({
      on: [
        on(
          sold,
          'shop.count',
          async () => {
            if (state.isBroken) throw new Error('The shelf is broken.')
            state.handled += 1
          },
          { retry: { limit: 0 } },
        ),
      ],
    }),
  })
  return { state, plugin: shop() }
}

/** Sells something, and waits until the consumer has given it up. */
async function giveUp({ forge, ask }: Awaited<ReturnType<typeof start>>) {
  const bus = forge.get(EventBus)
  await forge.get(UnitOfWork).transaction((tx) => bus.publish(tx, sold, 'a book'))
  return waitFor(async () => (await lettersOf(ask))[0])
}

const LETTERS = '/api/admin/dead-letters'

const lettersOf = async (ask: ReturnType<typeof asker>) =>
  (await ask(LETTERS, 'root')).body['deadLetters'] as {
    id: string
    at: string
    reason: string
  }[]

test('a superuser has a dead letter tried again, which is kept with who asked', async (t) => {
  const { state, plugin } = shopOf()
  const app = await start(t, plugin)
  const { ask, kept } = app
  const { id, reason } = await giveUp(app)
  t.regex(reason, /The shelf is broken/)
  state.isBroken = false
  t.is((await ask(`${LETTERS}/redrive`, 'ada', { ids: [id] })).status, 403)
  t.deepEqual((await ask(`${LETTERS}/redrive`, 'root', { ids: [id] })).body, { redriven: 1 })
  await waitFor(() => state.handled === 1)
  t.deepEqual(await lettersOf(ask), [])
  const [asked, ...more] = kept
  t.like(asked, {
    action: 'dead_letters.redrive_requested',
    actorId: 'root',
    caller: { ip: '127.0.0.1' },
    after: { ids: [id] },
  })
  t.deepEqual(more, [])
})

test('a superuser discards a dead letter with a reason, which is kept too', async (t) => {
  const { state, plugin } = shopOf()
  const app = await start(t, plugin)
  const { ask, kept } = app
  const { id } = await giveUp(app)
  t.is((await ask(`${LETTERS}/discard`, 'root', { ids: [id], reason: ' ' })).status, 422)
  const answer = await ask(`${LETTERS}/discard`, 'root', { ids: [id], reason: 'sold out' })
  t.deepEqual(answer.body, { discarded: 1 })
  t.deepEqual(await lettersOf(ask), [])
  t.is(state.handled, 0)
  const after = { ids: [id], reason: 'sold out' }
  t.like(kept[0], { action: 'dead_letters.discard_requested', actorId: 'root', after })
})

test('dead letters are read page by page, also behind one that is gone', async (t) => {
  const { plugin } = shopOf()
  const app = await start(t, plugin)
  const { ask } = app
  const count = 5
  for (let n = 0; n < count; n++) await giveUp(app)
  const all = await waitFor(async () => {
    const letters = await lettersOf(ask)
    return letters.length === count && letters
  })
  const read: string[] = []
  let after: string | undefined
  for (let page = 0; page < 3; page++) {
    const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
    const { body } = await ask(`${LETTERS}?limit=2${cursor}`, 'root')
    const letters = body['deadLetters'] as typeof all
    const last = letters.at(-1)
    read.push(...letters.map(({ id }) => id))
    after = `${String(last?.at)}_${String(last?.id)}`
    await ask(`${LETTERS}/discard`, 'root', { ids: [last?.id], reason: 'seen' })
  }
  t.deepEqual(
    read,
    all.map(({ id }) => id),
  )
  for (const wrong of ['x', 'x_1', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z_%00']) {
    t.is((await ask(`${LETTERS}?after=${wrong}`, 'root')).status, 422, wrong)
  }
})

test('text that PostgreSQL has no place for is refused', async (t) => {
  const { ask } = await start(t)
  t.is((await ask(`${LETTERS}?consumer=%00`, 'root')).status, 422)
  t.is((await ask(`${LETTERS}/redrive`, 'root', { ids: ['\0'] })).status, 422)
  t.is((await ask(`${LETTERS}/discard`, 'root', { ids: ['1'], reason: 'no\0' })).status, 422)
})

test('the swarm is described, with what is heard of whom, and counts its calls', async (t) => {
  const { plugin } = shopOf()
  const greeter = defineAgent({
    name: 'greeter',
    description: 'Greets.',
    exposed: true,
    input: z.string(),
    output: z.string(),
    run(name) {
      if (name === '') throw new Error('Nobody is there.')
      return `Hello, ${name}.`
    },
  })
  const service = definePlugin({
    name: 'service',
    requires: { bus: EventBus },
    setup: () => ({ agents: [greeter], on: [on(sold, 'service.thanks', async () => {})] }),
  })
  const { forge, ask } = await start(t, plugin, service())
  const { members, flows } = (await ask('/api/admin/swarm', 'root')).body as unknown as Swarm
  t.like(
    members.find(({ name }) => name === 'service'),
    {
      requires: ['EventBus'],
      agents: [{ name: 'greeter', description: 'Greets.', exposed: true, tools: [] }],
    },
  )
  t.deepEqual(flows, [
    { event: 'shop.sold', from: 'shop', to: 'shop', consumer: 'shop.count' },
    { event: 'shop.sold', from: 'shop', to: 'service', consumer: 'service.thanks' },
  ])
  await forge.run(greeter, 'Ada')
  await t.throwsAsync(forge.run(greeter, ''))
  // Its events are in memory: there is no log of which some could be counted.
  const { counter, ...traffic } = (await ask('/api/admin/swarm/traffic', 'root')).body
  // Whoever looks is told that it is this process alone that was counted.
  t.regex(JSON.stringify(counter), new RegExp(`^\\{"process":"[^"]+:${process.pid}","since":"20`))
  t.deepEqual(traffic, {
    seconds: 60,
    events: [],
    consumers: [],
    calls: [{ kind: 'agent', name: 'greeter', running: 0, ended: 2, failed: 1 }],
  })
  t.is((await ask('/api/admin/events', 'root')).status, 404)
  t.is((await ask('/api/admin/swarm', 'ada')).status, 403)
})
