import { http, route } from '@titanforge/http'
import { createForge } from '@titanforge/core'
import test from 'ava'
import { call, serve } from './serve.js'

const who = route({
  method: 'GET',
  path: '/who',
  auth: 'none',
  summary: '',
  handler: ({ ip }) => ({ ip }),
})
const from = (forwarded: string) => ({ headers: { 'x-forwarded-for': forwarded } })

test('without a trusted proxy, the client is who connects', async (t) => {
  const { url } = await serve(t, { routes: [who] })
  t.deepEqual((await call(`${url}/who`, from('203.0.113.1'))).body, { ip: '127.0.0.1' })
})

test('of what trusted proxies pass on, the last that is not trusted is the client', async (t) => {
  const trustedProxies = ['loopback', '10.0.0.0/8']
  const { url } = await serve(t, { routes: [who], trustedProxies })
  for (const [forwarded, ip] of [
    ['203.0.113.1', '203.0.113.1'],
    ['198.51.100.1, 203.0.113.1', '203.0.113.1'],
    ['198.51.100.1, 203.0.113.1, 10.1.2.3', '203.0.113.1'],
    ['::ffff:203.0.113.1', '203.0.113.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['nonsense', '127.0.0.1'],
  ] as const) {
    t.deepEqual((await call(`${url}/who`, from(forwarded))).body, { ip }, forwarded)
  }
})

test('what is no network and what is no origin is refused by the configuration', (t) => {
  for (const config of [
    { trustedProxies: ['everybody'] },
    { trustedProxies: ['10.0.0.0/99'] },
    { corsOrigins: ['*'] },
    { corsOrigins: ['https://app.example.com/'] },
    { corsOrigins: ['app.example.com'] },
  ]) {
    t.throws(() => createForge({ plugins: [http({ port: 0, ...config })] }), {
      code: 'CONFIG_INVALID',
    })
  }
})
