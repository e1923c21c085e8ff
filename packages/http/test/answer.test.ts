import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { reply, route } from '@titanforge/http'
import test from 'ava'
import { z } from 'zod'
import { call, codeOf, serve } from './serve.js'

const get = (path: string, handler: () => unknown) =>
  route({ method: 'GET', path, auth: 'none', summary: path, handler })

test('a plain value leaves as JSON with status 200', async (t) => {
  const { url } = await serve(t, { routes: [get('/value', () => ['a', 1])] })
  const { status, headers, body } = await call(`${url}/value`)
  t.is(status, 200)
  t.regex(headers.get('content-type') ?? '', /^application\/json/)
  t.deepEqual(body, ['a', 1])
})

test('a string and null are JSON too', async (t) => {
  const { url } = await serve(t, { routes: [get('/text', () => 'hi'), get('/null', () => null)] })
  t.is((await call(`${url}/text`)).body, 'hi')
  const nothing = await call(`${url}/null`)
  t.deepEqual([nothing.status, nothing.body], [200, null])
})

test('undefined leaves as 204', async (t) => {
  const { url } = await serve(t, { routes: [get('/nothing', () => undefined)] })
  const { status, body } = await call(`${url}/nothing`)
  t.deepEqual([status, body], [204, ''])
})

test('a reply sets status and headers', async (t) => {
  const handler = async () => reply(201, { id: 7 }, { Location: '/things/7' })
  const { url } = await serve(t, { routes: [get('/made', handler)] })
  const { status, headers, body } = await call(`${url}/made`)
  t.deepEqual([status, headers.get('location'), body], [201, '/things/7', { id: 7 }])
})

test('a reply without a body has none', async (t) => {
  const { url } = await serve(t, { routes: [get('/accepted', () => reply(202))] })
  const { status, headers, body } = await call(`${url}/accepted`)
  t.deepEqual([status, headers.get('content-length'), body], [202, '0', ''])
})

test('a reply with a content type leaves as it is', async (t) => {
  const csv = () => reply(200, 'a,b\n1,2\n', { 'Content-Type': 'text/csv' })
  const stream = () => reply(200, Readable.from(['to', 'kens']), { 'Content-Type': 'text/plain' })
  const { url } = await serve(t, { routes: [get('/csv', csv), get('/stream', stream)] })
  const response = await fetch(`${url}/csv`)
  t.regex(response.headers.get('content-type') ?? '', /^text\/csv/)
  t.is(await response.text(), 'a,b\n1,2\n')
  t.is(await (await fetch(`${url}/stream`)).text(), 'tokens')
})

test('a value that JSON cannot hold is an internal error, without the headers of the reply', async (t) => {
  const handler = () => reply(200, { amount: 1n }, { 'Cache-Control': 'max-age=60' })
  const { url } = await serve(t, { routes: [get('/big', handler)] })
  const answered = await call(`${url}/big`)
  t.deepEqual([answered.status, codeOf(answered)], [500, 'INTERNAL_ERROR'])
  t.is(answered.headers.get('cache-control'), 'no-store')
})

test('a fixed path goes before one with a parameter, in either order', async (t) => {
  const fixed = (path: string) => get(path, () => 'fixed')
  const open = (path: string) =>
    route({
      method: 'GET',
      path,
      auth: 'none',
      summary: path,
      params: z.object({ id: z.string() }),
      handler: ({ params }) => params.id,
    })
  const routes = [fixed('/a/me'), open('/a/:id'), open('/b/:id'), fixed('/b/me')]
  const { url } = await serve(t, { routes })
  for (const path of ['/a', '/b']) {
    t.is((await call(`${url}${path}/me`)).body, 'fixed')
    t.is((await call(`${url}${path}/you`)).body, 'you')
  }
})

test('answers carry security headers and are not stored, unless a route says so', async (t) => {
  const cached = () => reply(200, 1, { 'Cache-Control': 'max-age=60' })
  const { url } = await serve(t, { routes: [get('/plain', () => 1), get('/cached', cached)] })
  const { headers } = await call(`${url}/plain`)
  t.is(headers.get('x-content-type-options'), 'nosniff')
  t.is(headers.get('cache-control'), 'no-store')
  t.is((await call(`${url}/cached`)).headers.get('cache-control'), 'max-age=60')
  const missing = await call(`${url}/missing`)
  t.is(missing.headers.get('x-content-type-options'), 'nosniff')
  t.is(missing.headers.get('cache-control'), 'no-store')
})

for (const leave of ['destroy', 'resetAndDestroy'] as const) {
  test(`a reader who leaves a stream that goes on is no trouble: ${leave}`, async (t) => {
    const source = new Readable({ read: () => undefined })
    const left = new Promise((resolve) => source.once('close', resolve))
    const stream = () => reply(200, source, { 'Content-Type': 'text/event-stream' })
    const { url, lines, forge } = await serve(t, { routes: [get('/stream', stream)] })
    const { hostname: host, port } = new URL(url)
    const socket = connect({ host, port: Number(port) })
    socket.write('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n')
    source.push('first')
    await once(socket, 'data')
    socket[leave]()
    await left
    await forge.stop()
    t.true(lines.some((line) => line.includes('a request was broken off')))
    t.deepEqual(
      lines.filter((line) => line.includes('stack')),
      [],
    )
  })
}

const FAULTS = {
  fails: () => new Error('the disk is gone'),
  'fails as the network does': () =>
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }),
  'ends too early': () => undefined,
}

for (const [how, fault] of Object.entries(FAULTS)) {
  test(`a stream of a route's that ${how} is told of as a fault`, async (t) => {
    const source = new Readable({ read: () => undefined })
    const stream = () => reply(200, source, { 'Content-Type': 'text/plain' })
    const { url, lines, forge } = await serve(t, { routes: [get('/stream', stream)] })
    source.push('first')
    const response = await fetch(`${url}/stream`)
    source.destroy(fault())
    await t.throwsAsync(response.text())
    await forge.stop()
    t.is(lines.filter((line) => line.includes('an answer could not be sent')).length, 1)
    t.false(lines.some((line) => line.includes('a request was broken off')))
  })
}
