import { route } from '@titanforge/http'
import test from 'ava'
import { call, serve } from './serve.js'

const routes = [
  route({
    method: 'GET',
    path: '/id',
    auth: 'none',
    summary: '',
    handler({ requestId, log }) {
      log.info('in the handler')
      return { requestId }
    },
  }),
]

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

test('a request gets an id of its own, in the header, the handler and every log line', async (t) => {
  const { url, lines } = await serve(t, { routes })
  const { headers, body } = await call(`${url}/id`)
  const id = headers.get('x-request-id') ?? ''
  t.regex(id, UUID)
  t.not((await call(`${url}/id`)).headers.get('x-request-id'), id)
  t.deepEqual(body, { requestId: id })
  const about = lines
    .map((line) => JSON.parse(line) as { requestId?: string; msg: string })
    .filter((line) => line.requestId === id)
  t.deepEqual(about.map((line) => line.msg).sort(), ['in the handler', 'request'])
})

test('a sane id of the caller is kept', async (t) => {
  const { url } = await serve(t, { routes })
  const id = '0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7'
  t.deepEqual((await call(`${url}/id`, { headers: { 'X-Request-Id': id } })).body, {
    requestId: id,
  })
})

test('any other is replaced', async (t) => {
  const { url } = await serve(t, { routes })
  for (const id of ['', 'two words', '"quoted"', '<script>', 'x'.repeat(101)]) {
    const { headers } = await call(`${url}/id`, { headers: { 'X-Request-Id': id } })
    t.regex(headers.get('x-request-id') ?? '', UUID)
  }
})

test('a request is logged at debug with method, path, status and time, but without its query', async (t) => {
  const { url, lines } = await serve(t, { routes })
  await call(`${url}/id?token=secret`)
  const logged = JSON.parse(lines.find((line) => line.includes('"msg":"request"')) ?? '{}') as {
    ms?: unknown
  }
  t.like(logged, { level: 20, method: 'GET', path: '/id', status: 200 })
  t.is(typeof logged.ms, 'number')
  t.false(lines.join().includes('secret'))
})

test('a request that fails is logged with the status that it got', async (t) => {
  const { url, lines } = await serve(t, {})
  await call(`${url}/nowhere`)
  t.true(lines.some((line) => line.includes('"path":"/nowhere","status":404')))
})
