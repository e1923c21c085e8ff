import test from 'ava'
import { startApplication, type Application } from './application.js'
import { ask } from './browser.js'
import {
  logIn,
  mailTo,
  me,
  PASSWORD,
  superuser,
  tokenIn,
  type Person,
  verifiedPerson,
} from './people.js'

let app: Application
test.before(async () => {
  app = await startApplication()
})
test.after.always(() => app.stop())

const make = (one: Person, body: object = {}) =>
  ask(app.url, '/api/auth/keys', { token: one.accessToken, body: { name: 'a key', ...body } })
const keyOf = async (one: Person, body?: object) => {
  const made = await make(one, body)
  return { id: made.body['id'] as string, key: made.body['key'] as string }
}
const actionsOf = async (id: string) =>
  (
    await app.db.query<{ action: string }>(
      "SELECT action FROM audit_log WHERE actor_id = $1 AND action LIKE 'api_key.%' ORDER BY id",
      [id],
    )
  ).map(({ action }) => action)

test('security 24: a key is shown once and kept as a hash', async (t) => {
  const one = await verifiedPerson(app)
  const made = await make(one)
  t.is(made.status, 201)
  const key = made.body['key'] as string
  t.regex(key, /^tfk_[0-9a-f]{16}_[\w-]{43}$/)
  const list = await ask(app.url, '/api/auth/keys', { token: one.accessToken })
  t.false(list.text.includes(key))
  t.like(list.body['keys'], [{ id: made.body['id'], prefix: key.slice(4, 20), scopes: ['read'] }])
  const rows = await app.db.query<{ row: string }>('SELECT k::text AS row FROM api_keys k')
  t.false(rows.some(({ row }) => row.includes(key.slice(21))))
  const [index] = await app.db.query(
    "SELECT 1 FROM pg_indexes WHERE tablename = 'api_keys' AND indexdef LIKE '%UNIQUE%(prefix)'",
  )
  t.truthy(index)
})

test('security 24: a key does what its scopes say, and what only a person may do it may not', async (t) => {
  const one = await verifiedPerson(app)
  const { key: reads } = await keyOf(one, { scopes: ['read'] })
  const { key: writes } = await keyOf(one, { scopes: ['write'] })
  const name = (token: string) =>
    ask(app.url, '/api/auth/me', { method: 'PATCH', token, body: { fullName: 'Ada' } })
  t.is((await me(app, reads)).status, 200)
  t.is((await me(app, writes)).status, 403)
  t.is((await name(writes)).status, 200)
  const refused = await name(reads)
  t.deepEqual([refused.status, refused.body.error?.code], [403, 'SCOPE_MISSING'])
  for (const path of ['/api/auth/keys', '/api/auth/sessions']) {
    t.is((await ask(app.url, path, { token: reads })).status, 403)
  }
  const another = { token: writes, body: { name: 'another', scopes: ['read'] } }
  t.is((await ask(app.url, '/api/auth/keys', another)).status, 403)
  t.is((await make(one, { scopes: ['session'] })).status, 422)
})

test('security 24: a revoked, expired or unknown key is 401, and so is one in the query', async (t) => {
  const one = await verifiedPerson(app)
  const { id, key } = await keyOf(one)
  t.is(
    (await ask(app.url, `/api/auth/me?key=${key}&access_token=${key}&api_key=${key}`)).status,
    401,
  )
  t.is((await me(app, key)).status, 200)
  const changed = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A')
  for (const wrong of [
    changed,
    key.slice(0, 20),
    `${key}x`,
    'tfk_',
    `${key.slice(0, 21)}${'A'.repeat(43)}`,
  ]) {
    t.is((await me(app, wrong)).status, 401)
  }
  const path = `/api/auth/keys/${id}`
  const other = await verifiedPerson(app)
  t.is((await ask(app.url, path, { method: 'DELETE', token: other.accessToken })).status, 404)
  t.is((await ask(app.url, path, { method: 'DELETE', token: one.accessToken })).status, 204)
  t.is((await me(app, key)).status, 401)
  t.is((await ask(app.url, path, { method: 'DELETE', token: one.accessToken })).status, 404)

  const { id: short, key: old } = await keyOf(one, { expiresInDays: 1 })
  t.is((await me(app, old)).status, 200)
  await app.db.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [short])
  t.is((await me(app, old)).status, 401)
})

test('security 24: a new password leaves the keys, unless it is to take them along', async (t) => {
  const one = await verifiedPerson(app)
  const first = await keyOf(one)
  const second = await keyOf(one)
  const worth = async () =>
    Promise.all([first, second].map(async ({ key }) => (await me(app, key)).status))
  const newPassword = 'another good password'
  const forgot = () => ask(app.url, '/api/auth/password/forgot', { body: { email: one.email } })
  const reset = async (body: object) => {
    await forgot()
    const token = tokenIn(await mailTo(app, one.email, /new password/))
    return ask(app.url, '/api/auth/password/reset', { body: { token, ...body } })
  }
  const change = { currentPassword: PASSWORD, newPassword }
  await ask(app.url, '/api/auth/password', { token: one.accessToken, body: change })
  t.deepEqual(await worth(), [200, 200])
  t.is((await reset({ password: PASSWORD, revokeKeys: true })).status, 200)
  t.deepEqual(await worth(), [401, 401])
  t.is((await actionsOf(one.id)).filter((action) => action === 'api_key.revoked').length, 2)

  const again = { ...one, ...(await logIn(app, { email: one.email })).body }
  const third = await keyOf(again)
  await ask(app.url, '/api/auth/password', {
    token: again.accessToken,
    body: { ...change, revokeKeys: true },
  })
  t.is((await me(app, third.key)).status, 401)
})

test('security 24: a key that is made, used and revoked is in the audit log', async (t) => {
  const one = await verifiedPerson(app)
  const { id, key } = await keyOf(one)
  for (let n = 0; n < 3; n++) await me(app, key)
  await ask(app.url, `/api/auth/keys/${id}`, { method: 'DELETE', token: one.accessToken })
  t.deepEqual(await actionsOf(one.id), ['api_key.created', 'api_key.used', 'api_key.revoked'])
  const rows = await app.db.query<{ row: string }>('SELECT a::text AS row FROM audit_log a')
  t.false(rows.some(({ row }) => row.includes(key)))
})

test('security 24: only a superuser gives a key the scope admin, and it is worth what its owner is', async (t) => {
  const one = await verifiedPerson(app)
  t.is((await make(one, { scopes: ['admin'] })).status, 422)
  const root = await superuser(app)
  const users = (token: string) => ask(app.url, '/api/admin/users', { token })
  const { key: reads } = await keyOf(root, { scopes: ['read'] })
  t.is((await users(reads)).status, 403)
  const { key } = await keyOf(root, { scopes: ['admin'] })
  t.is((await users(key)).status, 200)
  await superuser(app)
  await app.db.query('UPDATE users SET is_superuser = false WHERE id = $1', [root.id])
  t.is((await users(key)).status, 403)
})
