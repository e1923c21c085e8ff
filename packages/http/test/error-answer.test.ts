import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { CoreErrors, defineErrors } from '@titanforge/core'
import { reply, route } from '@titanforge/http'
import test from 'ava'
import { gate } from './gate.js'
import { call, codeOf, serve } from './serve.js'

const SECRET = 'whsec_do_not_tell'

const ShopErrors = defineErrors({
  OUT_OF_STOCK: {
    status: 409,
    message: (p: { thing: string }) => `No ${p.thing} is left. Ask later.`,
  },
  PROVIDER_AWAY: {
    status: 503,
    message: () => 'The provider does not answer. Try again in a minute.',
  },
  INVARIANT_BROKEN: { message: () => `The key ${SECRET} is wrong.` },
})

const failing = (path: string, fail: () => unknown) =>
  route({ method: 'GET', path, auth: 'none', summary: path, handler: fail })

const throwing = (error: unknown) => () => {
  throw error
}

test('an error with a status leaves with its code, message and details', async (t) => {
  const error = ShopErrors.OUT_OF_STOCK({ thing: 'tea' }, { details: { left: 0 } })
  const { url, lines } = await serve(t, { routes: [failing('/tea', throwing(error))] })
  const { status, headers, body } = await call(`${url}/tea`)
  t.is(status, 409)
  const requestId = headers.get('x-request-id')
  t.deepEqual(body, {
    error: {
      code: 'OUT_OF_STOCK',
      message: 'No tea is left. Ask later.',
      requestId,
      details: { left: 0 },
    },
  })
  t.false(lines.some((line) => line.includes('a request failed')))
})

test('an error of status 503 or 504 keeps its code and message, and is logged', async (t) => {
  const away = throwing(ShopErrors.PROVIDER_AWAY())
  const late = throwing(CoreErrors.RUN_TIMED_OUT({ what: 'Agent "a"', ms: 5 }))
  const { url, lines } = await serve(t, {
    routes: [failing('/away', away), failing('/late', late)],
  })
  const answered = await call(`${url}/away`)
  t.deepEqual([answered.status, codeOf(answered)], [503, 'PROVIDER_AWAY'])
  t.true(JSON.stringify(answered.body).includes('Try again in a minute.'))
  t.is(codeOf(await call(`${url}/late`)), 'RUN_TIMED_OUT')
  t.is(lines.filter((line) => line.includes('a request failed')).length, 2)
})

for (const [what, error] of [
  ['an unknown error', new Error(`connect to ${SECRET}`, { cause: new Error(SECRET) })],
  [
    'an error of ours without a status',
    ShopErrors.INVARIANT_BROKEN(undefined, { details: SECRET }),
  ],
  [
    'a foreign error with a status',
    Object.assign(new Error(SECRET), { status: 400, expose: true }),
  ],
  ['a thrown string', SECRET],
] as const) {
  test(`${what} leaves as INTERNAL_ERROR and tells nothing; the log has the stack`, async (t) => {
    const { url, lines } = await serve(t, { routes: [failing('/broken', throwing(error))] })
    const authorization = 'Bearer token-of-the-caller'
    const answered = await call(`${url}/broken?key=in-the-query`, {
      headers: { authorization, cookie: 'session=of-the-caller' },
    })
    t.is(answered.status, 500)
    const requestId = answered.headers.get('x-request-id')
    t.like(answered.body, { error: { code: 'INTERNAL_ERROR', requestId } })
    t.deepEqual(Object.keys((answered.body as { error: object }).error).sort(), [
      'code',
      'message',
      'requestId',
    ])
    const everything = JSON.stringify([answered.body, ...answered.headers])
    t.notRegex(everything, /whsec|of-the-caller|in-the-query|\.js:|at /)
    const logged = lines.find((line) => line.includes('a request failed')) ?? ''
    t.true(logged.includes(`"requestId":"${requestId}"`))
    if (error instanceof Error) t.regex(logged, /"stack":"[^"]*error-answer\.test/)
    t.notRegex(lines.join(), /of-the-caller|in-the-query/)
  })
}

test('a path that nobody serves is 404', async (t) => {
  const { url } = await serve(t, {})
  const answered = await call(`${url}/nowhere`)
  t.deepEqual([answered.status, codeOf(answered)], [404, 'ROUTE_NOT_FOUND'])
})

test('a known path with another method is 405 and says which are allowed', async (t) => {
  const ok = () => 1
  const post = route({
    method: 'POST',
    path: '/things/:id',
    auth: 'none',
    summary: '',
    handler: ok,
  })
  const { url } = await serve(t, { routes: [failing('/things/:name', ok), post] })
  const answered = await call(`${url}/things/1`, { method: 'DELETE' })
  t.deepEqual([answered.status, codeOf(answered)], [405, 'METHOD_NOT_ALLOWED'])
  t.deepEqual(answered.headers.get('allow')?.split(', ').sort(), ['GET', 'HEAD', 'POST'])
})

test('a 404 that a handler answers with stays what it is', async (t) => {
  const { url } = await serve(t, { routes: [failing('/gone', () => reply(404, { gone: true }))] })
  const { status, body } = await call(`${url}/gone`)
  t.deepEqual([status, body], [404, { gone: true }])
})

test('a malformed escape in a path is no error of ours', async (t) => {
  const { url } = await serve(t, { routes: [failing('/things/:id', () => 'fine')] })
  t.is((await call(`${url}/things/%E0%A4%A`)).status, 200)
})

test('a target that is no URL is a path that nobody serves', async (t) => {
  const { url } = await serve(t, {})
  const { hostname, port } = new URL(url)
  for (const path of ['http://[::1', 'http://a:b/', '*']) {
    const asked = request({ hostname, port, path, agent: false }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    t.is(answer.statusCode, 404, path)
    t.regex(await text(answer), /"code":"ROUTE_NOT_FOUND".*"requestId":"[^"]+"/)
  }
})

test('a client that leaves before its answer is no failed request', async (t) => {
  const answer = gate()
  const arrived = gate()
  const wait = async () => {
    arrived.open()
    await answer.opened
    return 'late'
  }
  const { url, lines, forge } = await serve(t, { routes: [failing('/slow', wait)] })
  const leaving = new AbortController()
  const request = call(`${url}/slow`, { signal: leaving.signal })
  await arrived.opened
  leaving.abort()
  await t.throwsAsync(request, { name: 'AbortError' })
  answer.open()
  await forge.stop()
  t.false(lines.some((line) => line.includes('a request failed')))
})
