import { definePlugin } from '@titanforge/core'
import { Guard, route, SESSION_SCOPE, type Method } from '@titanforge/http'
import test from 'ava'
import { call, codeOf, serve } from './serve.js'

/** `Bearer read,write` is a key with these scopes, `Bearer person` somebody who is logged in. */
const guarded = definePlugin({
  name: 'guard',
  provides: { guard: Guard },
  setup: () => ({
    services: {
      guard: {
        async identify(authorization) {
          const given = authorization.replace('Bearer ', '')
          const scopes = given === 'person' ? undefined : given.split(',')
          return { userId: 'one', isSuperuser: true, scopes }
        },
      },
    },
  }),
})()
const of = (method: Method, path: string, scopes?: string[], auth: 'user' | 'superuser' = 'user') =>
  route({ method, path, auth, scopes, summary: '', handler: () => 'done' })
const routes = [
  of('GET', '/plain'),
  of('POST', '/plain'),
  of('GET', '/admin', undefined, 'superuser'),
  of('POST', '/runs', ['runs', 'write']),
  of('POST', '/password', [SESSION_SCOPE]),
  of('GET', '/open', []),
]

for (const [method, path, needed] of [
  ['GET', '/plain', 'read'],
  ['POST', '/plain', 'write'],
  ['GET', '/admin', 'admin'],
  ['POST', '/runs', 'runs,write'],
  ['GET', '/open', 'anything'],
] as const) {
  test(`a key needs ${needed} for ${method} ${path}`, async (t) => {
    const { url } = await serve(t, { routes, guarded })
    const ask = (key: string) =>
      call(url + path, { method, headers: { authorization: `Bearer ${key}` } })
    t.is((await ask(needed)).status, 200)
    t.is((await ask('person')).status, 200)
    if (path === '/open') return
    const refused = await ask('something')
    t.deepEqual([refused.status, codeOf(refused)], [403, 'SCOPE_MISSING'])
  })
}

test('some routes are for people only', async (t) => {
  const { url } = await serve(t, { routes, guarded })
  const ask = (key: string) =>
    call(`${url}/password`, { method: 'POST', headers: { authorization: `Bearer ${key}` } })
  t.is((await ask('read,write,admin')).status, 403)
  t.is((await ask('person')).status, 200)
})
