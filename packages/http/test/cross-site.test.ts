import { route } from '@titanforge/http'
import test from 'ava'
import { call, codeOf, serve } from './serve.js'

const path = '/thing'
const routes = (['GET', 'POST', 'DELETE'] as const).map((method) =>
  route({ method, path, auth: 'none', summary: '', handler: () => 'done' }),
)
const ask = (url: string, method: string, headers: Record<string, string>) =>
  call(url + path, { method, headers })

test('a program, which says nothing of an origin, may call', async (t) => {
  const { url } = await serve(t, { routes })
  t.is((await ask(url, 'POST', {})).status, 200)
})

test('a page of this server may call, in browsers old and new', async (t) => {
  const { url } = await serve(t, { routes })
  t.is((await ask(url, 'POST', { origin: url })).status, 200)
  t.is((await ask(url, 'POST', { origin: url, 'sec-fetch-site': 'same-origin' })).status, 200)
})

test('a page of another site may look and not touch', async (t) => {
  const { url } = await serve(t, { routes })
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]) {
    for (const method of ['POST', 'DELETE']) {
      const answered = await ask(url, method, headers)
      t.deepEqual([answered.status, codeOf(answered)], [403, 'CROSS_SITE_REFUSED'])
    }
    t.is((await ask(url, 'GET', headers)).status, 200)
  }
})

test('a listed origin may call', async (t) => {
  const friend = 'https://app.example.com'
  const { url } = await serve(t, { routes, corsOrigins: [friend] })
  const headers = { origin: friend, 'sec-fetch-site': 'cross-site' }
  const answered = await ask(url, 'POST', headers)
  t.is(answered.status, 200)
  t.is(answered.headers.get('access-control-allow-origin'), friend)
})
