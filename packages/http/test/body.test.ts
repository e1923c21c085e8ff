import { createHash } from 'node:crypto'
import { Agent, request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { waitFor } from '@titanforge/core/testing'
import { route } from '@titanforge/http'
import test from 'ava'
import { z } from 'zod'
import { call, codeOf, json, serve } from './serve.js'

const MiB = 1_048_576

const echo = route({
  method: 'POST',
  path: '/echo',
  auth: 'none',
  summary: 'Echo',
  body: z.object({ text: z.string() }),
  handler: ({ body }) => ({ length: body.text.length }),
})

const raw = route({
  method: 'POST',
  path: '/raw',
  auth: 'none',
  summary: 'Raw',
  rawLimitBytes: 1000,
  handler: ({ raw }) => ({
    isBuffer: Buffer.isBuffer(raw),
    length: raw.length,
    sha256: createHash('sha256').update(raw).digest('hex'),
  }),
})

const routes = [echo, raw]
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const post = (body: RequestInit['body'], type?: string, encoding?: string): RequestInit => ({
  method: 'POST',
  body,
  headers: {
    ...(type && { 'Content-Type': type }),
    ...(encoding && { 'Content-Encoding': encoding }),
  },
})

test('a JSON body is parsed, whatever JSON type it has', async (t) => {
  const { url } = await serve(t, { routes })
  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'application/vnd.shop+json',
  ]) {
    const { body } = await call(`${url}/echo`, post('{"text":"four"}', type))
    t.deepEqual(body, { length: 4 })
  }
})

for (const text of ['{"text":', 'nonsense', '"text"', '{"__proto__":{"text":"x"}}']) {
  test(`${text} as a body is 400`, async (t) => {
    const { url } = await serve(t, { routes })
    const answered = await call(`${url}/echo`, post(text, 'application/json'))
    t.deepEqual([answered.status, codeOf(answered)], [400, 'BODY_NOT_JSON'])
    t.false(JSON.stringify(answered.body).includes('nonsense'))
  })
}

test('another content type on a JSON route is 415', async (t) => {
  const { url } = await serve(t, { routes })
  for (const init of [
    post('text=x'),
    post(new URLSearchParams({ text: 'x' })),
    post(Buffer.from('{}')),
  ]) {
    const answered = await call(`${url}/echo`, init)
    t.deepEqual([answered.status, codeOf(answered)], [415, 'CONTENT_TYPE_UNSUPPORTED'])
  }
})

test('an encoding that nobody knows is 415', async (t) => {
  const { url } = await serve(t, { routes })
  t.is((await call(`${url}/echo`, post('{"text":"x"}', 'application/json', 'snappy'))).status, 415)
})

test('no body at all is a problem of validation', async (t) => {
  const { url } = await serve(t, { routes })
  const answered = await call(`${url}/echo`, { method: 'POST' })
  t.deepEqual([answered.status, codeOf(answered)], [422, 'VALIDATION_FAILED'])
})

test('a JSON body of 1 MiB is taken, one byte more is 413', async (t) => {
  const { url } = await serve(t, { routes })
  const frame = JSON.stringify({ text: '' }).length
  const fits = await call(`${url}/echo`, json({ text: 'x'.repeat(MiB - frame) }))
  t.deepEqual(fits.body, { length: MiB - frame })
  const answered = await call(`${url}/echo`, json({ text: 'x'.repeat(MiB - frame + 1) }))
  t.deepEqual([answered.status, codeOf(answered)], [413, 'BODY_TOO_LARGE'])
})

test('the limit counts what a compressed body becomes', async (t) => {
  const { url } = await serve(t, { routes })
  const bomb = gzipSync(JSON.stringify({ text: 'x'.repeat(MiB) }))
  t.is((await call(`${url}/echo`, post(bomb, 'application/json', 'gzip'))).status, 413)
})

test('what follows a body that was refused half-way, on the same connection, is answered', async (t) => {
  const { url } = await serve(t, { routes })
  const bomb = gzipSync(Buffer.alloc(100 * MiB, ' '))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const send = async (body: Buffer, encoding: string) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
    const sent = request(`${url}/echo`, { method: 'POST', agent, headers }).end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    return [response.statusCode, sent.reusedSocket]
  }
  t.deepEqual(await send(bomb, 'gzip'), [413, false])
  t.deepEqual(await send(Buffer.alloc(100_000, 'no gzip'), 'gzip'), [400, true])
  t.deepEqual(await send(Buffer.from('{"text":"x"}'), 'identity'), [200, true])
})

test('a raw route gets the bytes as they are, of any type, and an encoding is left alone', async (t) => {
  const { url } = await serve(t, { routes })
  const bytes = gzipSync('{ "id":  "evt_1" }')
  for (const [type, encoding] of [
    ['application/json', undefined],
    ['text/nonsense', 'gzip'],
    [undefined, 'snappy'],
  ]) {
    const { body } = await call(`${url}/raw`, post(bytes, type, encoding))
    t.deepEqual(body, { isBuffer: true, length: bytes.length, sha256: sha256(bytes) })
  }
})

test('an empty raw body is an empty Buffer', async (t) => {
  const { url } = await serve(t, { routes })
  t.like((await call(`${url}/raw`, { method: 'POST' })).body, { isBuffer: true, length: 0 })
})

test('a raw body of the limit is taken, one byte more is 413, announced or not', async (t) => {
  const { url } = await serve(t, { routes })
  t.like((await call(`${url}/raw`, post(Buffer.alloc(1000)))).body, { length: 1000 })
  const announced = await call(`${url}/raw`, post(Buffer.alloc(1001)))
  t.deepEqual([announced.status, codeOf(announced)], [413, 'BODY_TOO_LARGE'])
  const chunks = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(1001))
      controller.close()
    },
  })
  const chunked = await call(`${url}/raw`, {
    method: 'POST',
    body: chunks,
    duplex: 'half',
  })
  t.is(chunked.status, 413)
})

test('a body that ends early is no error of ours', async (t) => {
  const { url, forge, lines } = await serve(t, { routes })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.end('POST /raw HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc')
  socket.resume()
  await once(socket, 'close')
  await forge.stop()
  t.false(lines.some((line) => line.includes('a request failed')))
})

test('a compressed body that ends early is waited for by nobody', async (t) => {
  const { url, forge, lines } = await serve(t, { routes })
  const head = 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
  const begun = gzipSync('{"text":"x"}').subarray(0, 15)
  for (const encoding of ['gzip', 'br', 'deflate']) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(`${head}Content-Encoding: ${encoding}\r\nContent-Length: 100\r\n\r\n`)
    socket.end(begun)
    socket.resume()
    await once(socket, 'close')
  }
  await forge.stop()
  t.false(
    lines.some((line) => /cut off|a request failed/.test(line)),
    lines.join('\n'),
  )
})

test('a body that is not what its encoding says is 400', async (t) => {
  const { url } = await serve(t, { routes })
  for (const encoding of ['gzip', 'br', 'deflate']) {
    for (const body of [Buffer.from('{"text":"x"}'), gzipSync('{"text":"x"}').subarray(0, -9)]) {
      const answered = await call(`${url}/echo`, post(body, 'application/json', encoding))
      t.deepEqual([answered.status, codeOf(answered)], [400, 'BODY_ENCODING_WRONG'])
    }
  }
})

test('a route without a body schema does not mind a body', async (t) => {
  const plain = route({
    method: 'POST',
    path: '/plain',
    auth: 'none',
    summary: '',
    handler: ({ body }) => ({ body }),
  })
  const { url } = await serve(t, { routes: [plain] })
  const { status, body } = await call(`${url}/plain`, post('nonsense'))
  t.deepEqual([status, body], [200, {}])
})

test('a body that is nested deeper than anybody means it is refused before anyone walks through it', async (t) => {
  const { url } = await serve(t, { routes })
  const nested = (levels: number) =>
    `{"text":"x","more":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
  t.is((await call(`${url}/echo`, post(nested(64), 'application/json'))).status, 200)
  for (const levels of [65, 100_000]) {
    const answered = await call(`${url}/echo`, post(nested(levels), 'application/json'))
    t.deepEqual([answered.status, codeOf(answered)], [400, 'BODY_TOO_DEEP'])
  }
})

for (const path of ['/echo', '/raw']) {
  for (const leave of ['destroy', 'resetAndDestroy'] as const) {
    test(`a client that leaves in the middle of its body is no trouble: ${path}, ${leave}`, async (t) => {
      const { url, lines, forge } = await serve(t, { routes })
      const { hostname: host, port } = new URL(url)
      const socket = connect({ host, port: Number(port) })
      await once(socket, 'connect')
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`
      socket.write(`${head}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n{"text":`)
      // The server reads the body now.
      await once(socket, 'data')
      socket[leave]()
      await waitFor(() => lines.some((line) => line.includes(`"path":"${path}"`)), {
        what: 'the request to be over',
      })
      await forge.stop()
      t.deepEqual(
        lines.filter((line) => (JSON.parse(line) as { level: number }).level >= 40),
        [],
      )
      t.false(lines.some((line) => line.includes('stack')))
    })
  }
}
