import { definePlugin, Entitlements } from '@titanforge/core'
import { Quota, route } from '@titanforge/http'
import test from 'ava'
import { call, codeOf, json, serve } from './serve.js'

const reportInto = (answered: string[]) =>
  route({
    method: 'GET',
    path: '/reports/:id',
    auth: 'user',
    summary: 'A report',
    requires: ['reports'],
    handler: () => void answered.push('report'),
  })
const note = route({
  method: 'POST',
  path: '/notes',
  auth: 'user',
  summary: 'A note',
  handler: () => ({}),
})
const open = route({
  method: 'GET',
  path: '/open',
  auth: 'none',
  summary: 'For everyone',
  handler: () => ({}),
})
const as = { headers: { Authorization: 'Bearer user' } }

const plans = definePlugin({
  name: 'plans',
  provides: { entitlements: Entitlements, quota: Quota },
  setup: () => {
    let left = 2
    return {
      services: {
        entitlements: {
          async check({ userId }, feature) {
            if (userId === 'superuser') return { ok: true, source: feature }
            return { ok: false, code: 'past_due', upgradeUrl: '/plans' }
          },
        },
        quota: {
          async count({ route, setHeader }) {
            setHeader('RateLimit-Remaining', String(--left))
            if (left < 0) throw new Error(`none left for ${route.path}`)
          },
        },
      },
    }
  },
})

test('a route that the caller has not paid for answers 403, and says where to buy it', async (t) => {
  const answered: string[] = []
  const { url } = await serve(t, { routes: [reportInto(answered)], plugins: [plans()] })
  const refused = await call(`${url}/reports/7`, as)
  t.is(refused.status, 403)
  t.like(refused.body, {
    error: {
      code: 'NOT_ENTITLED',
      details: { feature: 'reports', code: 'past_due', upgradeUrl: '/plans' },
    },
  })
  t.deepEqual(answered, [])
  const paid = { headers: { Authorization: 'Bearer superuser' } }
  t.is((await call(`${url}/reports/7`, paid)).status, 204)
})

test('where nothing is sold, a route that requires a feature is open to every account', async (t) => {
  const { url } = await serve(t, { routes: [reportInto([])] })
  t.is((await call(`${url}/reports/7`, as)).status, 204)
  t.is(codeOf(await call(`${url}/reports/7`)), 'UNAUTHENTICATED')
})

test('a feature cannot be required of nobody', async (t) => {
  const { url } = await serve(t, { routes: [{ ...open, requires: ['reports'] }] })
  t.is(codeOf(await call(`${url}/open`)), 'UNAUTHENTICATED')
})

test('calls of accounts are counted before their bodies are read, others are not', async (t) => {
  const { url } = await serve(t, { routes: [note, open], plugins: [plans()] })
  const post = { ...json({}), headers: { 'Content-Type': 'application/json', ...as.headers } }
  await call(`${url}/open`)
  t.is(codeOf(await call(`${url}/notes`, json({}))), 'UNAUTHENTICATED')
  t.is((await call(`${url}/notes`, post)).headers.get('RateLimit-Remaining'), '1')
  t.is((await call(`${url}/notes`, post)).status, 200)
  const refused = await call(`${url}/notes`, post)
  t.is(refused.status, 500)
  t.is(refused.headers.get('RateLimit-Remaining'), '-1')
})
