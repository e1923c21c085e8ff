import { definePlugin } from '@titanforge/core'
import { Guard, route, type Access } from '@titanforge/http'
import test from 'ava'
import { z } from 'zod'
import { gate } from './gate.js'
import { call, codeOf, serve } from './serve.js'

const who = (auth: Access) =>
  route({
    method: 'GET',
    path: `/${auth}`,
    auth,
    summary: 'Who calls',
    handler: ({ identity }) => ({ identity: identity ?? null }),
  })
const routes = [who('none'), who('user'), who('superuser')]
const as = (name: string) => ({ headers: { authorization: `Bearer ${name}` } })

test('an open route asks nobody', async (t) => {
  const { url } = await serve(t, { routes })
  t.deepEqual((await call(`${url}/none`, as('user'))).body, { identity: null })
})

test('a guarded route knows who calls', async (t) => {
  const { url } = await serve(t, { routes })
  const identity = { userId: 'user', isSuperuser: false }
  t.deepEqual((await call(`${url}/user`, as('user'))).body, { identity })
  t.is((await call(`${url}/user`, as('superuser'))).status, 200)
  t.is((await call(`${url}/superuser`, as('superuser'))).status, 200)
})

test('nobody is 401 with the scheme to use', async (t) => {
  const { url } = await serve(t, { routes })
  for (const path of ['/user', '/superuser']) {
    for (const init of [{}, as('stranger'), { headers: { authorization: 'Basic user' } }]) {
      const answered = await call(url + path, init)
      t.deepEqual([answered.status, codeOf(answered)], [401, 'UNAUTHENTICATED'])
      t.is(answered.headers.get('www-authenticate'), 'Bearer')
    }
  }
})

test('a user on a route for superusers is 403', async (t) => {
  const { url } = await serve(t, { routes })
  const answered = await call(`${url}/superuser`, as('user'))
  t.deepEqual([answered.status, codeOf(answered)], [403, 'FORBIDDEN'])
})

test('who may not call is told nothing about the input', async (t) => {
  const guarded = route({
    method: 'POST',
    path: '/guarded',
    auth: 'user',
    summary: '',
    body: z.object({ secretField: z.string() }),
    handler: () => undefined,
  })
  const { url } = await serve(t, { routes: [guarded] })
  t.is((await call(`${url}/guarded`, { method: 'POST', body: '{' })).status, 401)
})

test('a client that leaves while it is found out who calls is no failed request', async (t) => {
  const asked = gate()
  const known = gate<{ userId: string; isSuperuser: boolean }>()
  const identify = () => {
    asked.open()
    return known.opened
  }
  const slowGuard = definePlugin({
    name: 'guard',
    provides: { guard: Guard },
    setup: () => ({ services: { guard: { identify } } }),
  })
  const raw = route({
    method: 'POST',
    path: '/raw',
    auth: 'user',
    summary: '',
    rawLimitBytes: 10,
    handler: () => undefined,
  })
  const { url, forge, lines } = await serve(t, { routes: [raw], guarded: slowGuard() })
  const leaving = new AbortController()
  const { signal } = leaving
  const request = fetch(`${url}/raw`, { method: 'POST', body: 'bytes', signal })
  await asked.opened
  leaving.abort()
  await t.throwsAsync(request, { name: 'AbortError' })
  // By the time this is answered, the server has seen the other connection go.
  await call(`${url}/healthz`)
  known.open({ userId: 'u', isSuperuser: false })
  await forge.stop()
  t.false(lines.some((line) => line.includes('a request failed')))
})
