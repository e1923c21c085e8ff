import { route } from '@titanforge/http'
import test from 'ava'
import { call, codeOf, serve } from './serve.js'

const FRIEND = 'https://app.example.com'
const FOR_BROWSERS = [
  'content-security-policy',
  'x-frame-options',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'vary',
]

const post = (path: string, callers?: 'programs') =>
  route({
    ...{ method: 'POST', path, auth: 'none', summary: '' },
    ...(callers && { callers }),
    handler: () => ({ received: true }),
  })
const routes = [post('/hooks/one', 'programs'), post('/hooks/:id'), post('/open')]

test('a route for programs says nothing that is for browsers, and what holds for any data', async (t) => {
  const { url } = await serve(t, { routes, corsOrigins: [FRIEND] })
  const from = { method: 'POST', headers: { origin: FRIEND } }
  const { status, headers, body } = await call(`${url}/hooks/one`, from)
  t.is(status, 200)
  t.deepEqual(body, { received: true })
  for (const name of FOR_BROWSERS) t.is(headers.get(name), null, name)
  t.is(headers.get('x-content-type-options'), 'nosniff')
  t.is(headers.get('cache-control'), 'no-store')
  t.truthy(headers.get('x-request-id'))
  const open = await call(`${url}/open`, from)
  for (const name of FOR_BROWSERS) t.not(open.headers.get(name), null, name)
})

test('it is found before what has a parameter in its place, and by its own method only', async (t) => {
  const { url } = await serve(t, { routes })
  const one = await call(`${url}/hooks/one`, { method: 'POST' })
  t.is(one.headers.get('content-security-policy'), null)
  const two = await call(`${url}/hooks/two`, { method: 'POST' })
  t.truthy(two.headers.get('content-security-policy'))
  const other = await call(`${url}/hooks/one`)
  t.deepEqual([other.status, codeOf(other)], [405, 'METHOD_NOT_ALLOWED'])
  t.is(other.headers.get('allow'), 'POST')
})
