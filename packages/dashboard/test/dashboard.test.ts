import {
  createForge,
  defineEvent,
  definePlugin,
  EventBus,
  on,
  UnitOfWork,
  type Forge,
  type Plugin,
} from '@titanforge/core'
import { captureLog, waitFor } from '@titanforge/core/testing'
import { Guard, http, HttpServer } from '@titanforge/http'
import test, { type ExecutionContext } from 'ava'
import { z } from 'zod'
import { dashboard, formPanel, type Panel } from '../src/index.js'

const people = definePlugin({
  name: 'people',
  provides: { guard: Guard },
  setup: () => ({
    services: {
      guard: {
        identify: async (authorization) =>
          authorization === ''
            ? undefined
            : { userId: authorization, isSuperuser: authorization === 'root' },
      },
    },
  }),
})

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
  const forge = createForge({
    log,
    plugins: [http({ port: 0 }), people(), dashboard({ title: 'A & <b>' }), ...plugins],
  })
  t.teardown(() => forge.stop())
  await forge.start()
  return { forge, ask: asker(forge) }
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
    return { status: response.status, headers: response.headers, text, body: json(text) }
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
    panels: [{ name: 'weather.mine', title: 'Forecasts', kind: 'chart' }],
  })
  const { body } = await ask('/api/panels/weather.mine?from=2026-01-31&to=2026-02-01', 'ada')
  t.deepEqual(body, { content: [{ name: 'ada', points: [['2026-01-31', 20]] }] })
  t.is((await ask('/api/panels/weather.mine?from=2026-02-01&to=2026-01-31', 'ada')).status, 422)
  t.is((await ask('/api/panels/weather.all', 'ada')).status, 404)
  t.is((await ask('/api/admin/panels', 'ada')).status, 403)
  t.is((await ask('/api/panels')).status, 401)
  t.is((await ask('/api/admin/panels/weather.all', 'root')).status, 200)
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

const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })

test('a superuser has a dead letter tried again', async (t) => {
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
  const { forge, ask } = await start(t, shop())
  const bus = forge.get(EventBus)
  await forge.get(UnitOfWork).transaction((tx) => bus.publish(tx, sold, 'a book'))
  const path = '/api/admin/dead-letters'
  const letters = async () =>
    (await ask(path, 'root')).body['deadLetters'] as { id: string; reason: string }[]
  const [letter] = await waitFor(async () => {
    const found = await letters()
    return found.length > 0 && found
  })
  t.regex(letter?.reason ?? '', /The shelf is broken/)
  state.isBroken = false
  t.is((await ask(`${path}/redrive`, 'ada', { ids: [letter?.id] })).status, 403)
  t.deepEqual((await ask(`${path}/redrive`, 'root', { ids: [letter?.id] })).body, { redriven: 1 })
  await waitFor(() => state.handled === 1)
  t.deepEqual(await letters(), [])
})
