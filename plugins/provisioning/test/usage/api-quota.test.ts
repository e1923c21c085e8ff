import test from 'ava'
import { application, call } from '../support/application.js'

const CALLS = 60
const app = await application({ everyone: { limits: { api_calls: CALLS } } })
test.after.always(() => app.close())

test('of 100 calls at once on two processes exactly as many are answered as the plan has', async (t) => {
  const other = await app.node()
  t.teardown(() => other.end('SIGTERM'))
  const { id, token } = await app.person()
  const calls = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      call(`${n % 2 === 0 ? app.url : other.url}/lab/ping`, { token }),
    ),
  )
  const answered = calls.filter(({ status }) => status === 200)
  const refused = calls.filter(({ status }) => status === 429)
  t.deepEqual([answered.length, refused.length], [CALLS, 100 - CALLS])
  const remaining = answered.map(({ headers }) => Number(headers.get('RateLimit-Remaining')))
  t.deepEqual(
    remaining.sort((a, b) => a - b),
    Array.from({ length: CALLS }, (_, n) => n),
  )
  const used = await app.db.query(
    "SELECT used::int FROM usage_counters WHERE user_id = $1 AND meter = 'api_calls'",
    [id],
  )
  t.deepEqual(used, [{ used: CALLS }])
})

test('one call too many is told the limit, what is left and when to come again', async (t) => {
  const { id, token } = await app.person()
  await app.override(id, 'api_calls', 1)
  const first = await call(`${app.url}/lab/ping`, { token })
  t.is(first.status, 200)
  t.is(first.headers.get('RateLimit-Limit'), '1')
  t.is(first.headers.get('RateLimit-Remaining'), '0')
  const refused = await call(`${app.url}/lab/ping`, { token })
  t.is(refused.status, 429)
  t.is(refused.body.error?.code, 'API_QUOTA_EXCEEDED')
  t.like(refused.body.error?.details, { limit: 1, upgradeUrl: '/api/products' })
  t.is(refused.headers.get('RateLimit-Remaining'), '0')
  const seconds = Number(refused.headers.get('Retry-After'))
  t.is(refused.headers.get('RateLimit-Reset'), String(seconds))
  t.true(seconds > 0 && seconds <= 31 * 24 * 3600)
})

test('a new month begins with nothing used', async (t) => {
  const { id, token } = await app.person()
  await app.override(id, 'api_calls', 1)
  const ping = async () => (await call(`${app.url}/lab/ping`, { token })).status
  t.deepEqual([await ping(), await ping()], [200, 429])
  await app.db.query(
    "UPDATE usage_counters SET period_start = period_start - interval '1 month' WHERE user_id = $1",
    [id],
  )
  t.deepEqual([await ping(), await ping()], [200, 429])
})

test('who has no calls left can still log in, see what is used, and pay', async (t) => {
  const { id, token } = await app.person()
  await app.override(id, 'api_calls', 0)
  t.is((await call(`${app.url}/lab/ping`, { token })).status, 429)
  for (const path of ['/api/auth/me', '/api/entitlements', '/api/usage', '/api/billing/invoices'])
    t.not((await call(app.url + path, { token })).status, 429, path)
  await app.override(id, 'api_calls', 1)
  t.is((await call(`${app.url}/lab/ping`, { token })).status, 200)
})

test('calls of operators’ routes, and of nobody in particular, are not counted', async (t) => {
  const { id, token } = await app.person({ superuser: true })
  t.is((await call(`${app.url}/api/admin/users/${id}/entitlements`, { token })).status, 200)
  t.is((await call(`${app.url}/api/products`, { token })).status, 200)
  const { body } = await call(`${app.url}/api/usage`, { token })
  t.like(body, { usage: { api_calls: { used: 0, limit: CALLS } } })
})
