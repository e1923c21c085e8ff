import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import { StripeGateway } from '../src/gateway.js'

test('what the client sends under a key is told each time, also where it tries again by itself', async (t) => {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    if (requests === 1) return void request.socket.destroy()
    response.writeHead(500, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { type: 'api_error', message: 'failed' } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const gateway = new StripeGateway({ secretKey: 'sk_test', apiBase: `http://127.0.0.1:${port}` })
  let timesSent = 0
  const create = (idempotencyKey: string) =>
    gateway.call(({ products }) => products.create({ name: 'Pro' }, { idempotencyKey }), {
      key: 'one',
      onSent: () => timesSent++,
    })
  await t.throwsAsync(create('one'), { code: 'STRIPE_UNAVAILABLE' })
  t.is(requests, 2, 'a closed connection is no answer')
  t.is(timesSent, 2)
  await t.throwsAsync(create('another'), { code: 'STRIPE_UNAVAILABLE' })
  t.is(timesSent, 2)
})
