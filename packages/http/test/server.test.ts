import { once } from 'node:events'
import { request, Agent, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { reply, route } from '@titanforge/http'
import test from 'ava'
import { gate } from './gate.js'
import { call, serve } from './serve.js'

/** A route that answers when it is told to. */
function slowRoute() {
  const arrived = gate()
  const result = gate<unknown>()
  const slow = route({
    method: 'GET',
    path: '/slow',
    auth: 'none',
    summary: 'Slow',
    handler() {
      arrived.open()
      return result.opened
    },
  })
  return { slow, arrived: arrived.opened, answer: result.open }
}

/** Resolves once nobody can connect any more. */
async function refused(url: string): Promise<void> {
  for (;;) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'connected'),
      once(socket, 'error'),
    ]).catch(() => 'refused')
    socket.destroy()
    if (outcome !== 'connected') return
  }
}

test('a connection outlives the minute for which proxies keep an idle one', async (t) => {
  const { url } = await serve(t, {})
  const { headers } = await call(`${url}/healthz`)
  t.is(headers.get('keep-alive'), 'timeout=65')
})

test('a stop takes no new connections but answers the request in flight', async (t) => {
  const { slow, arrived, answer } = slowRoute()
  const { url, forge } = await serve(t, { routes: [slow] })
  const answered = call(`${url}/slow`)
  await arrived
  let stopped = false
  const stopping = forge.stop().then(() => (stopped = true))
  await refused(url)
  t.false(stopped)
  answer('done')
  const { status, headers, body } = await answered
  t.deepEqual([status, body], [200, 'done'])
  t.is(headers.get('connection'), 'close')
  await stopping
  t.true(stopped)
})

test('a stop does not wait for idle connections', async (t) => {
  const { url, forge } = await serve(t, {})
  const agent = new Agent({ keepAlive: true })
  const req = request(`${url}/healthz`, { agent }).end()
  const [response] = (await once(req, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  const begin = performance.now()
  await forge.stop()
  // Kept alive, the connection would hold the server for 65 s.
  t.true(performance.now() - begin < 60_000)
})

test('a stop lets an answer finish that a slow client is still reading', async (t) => {
  const size = 30_000_000
  const big = route({
    method: 'GET',
    path: '/big',
    auth: 'none',
    summary: 'Big',
    handler: () => reply(200, Buffer.alloc(size), { 'Content-Type': 'application/octet-stream' }),
  })
  const { url, forge } = await serve(t, { routes: [big] })
  const req = request(`${url}/big`).end()
  const [response] = (await once(req, 'response')) as [IncomingMessage]
  const stopping = forge.stop()
  await refused(url)
  let received = 0
  for await (const chunk of response) received += (chunk as Buffer).length
  t.is(received, size)
  await stopping
})

test('a stop cuts off what is not answered by the deadline', async (t) => {
  const { slow, arrived, answer } = slowRoute()
  const { url, forge, lines } = await serve(t, { routes: [slow], drainMs: 50 })
  const answered = t.throwsAsync(call(`${url}/slow`))
  await arrived
  await forge.stop()
  await answered
  t.true(lines.some((line) => line.includes('"cutOff":1')))
  answer(undefined)
})
