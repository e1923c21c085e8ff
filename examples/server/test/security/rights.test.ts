import type { Route } from '@titanforge/http'
import test from 'ava'
import { startApplication, type Application } from './application.js'
import { ask } from './browser.js'
import { person, register, someAddress, superuser, verifiedPerson, type Person } from './people.js'

let app: Application
let root: Person
test.before(async () => {
  app = await startApplication()
  root = await superuser(app)
})
test.after.always(() => app.stop())

const rights = (id: string, body: object, by = root) =>
  ask(app.url, `/api/admin/users/${id}`, { token: by.accessToken, body })
const rowOf = async (id: string) =>
  (await app.db.query('SELECT * FROM users WHERE id = $1', [id]))[0]

const GREEDY = {
  id: '01890000-0000-7000-8000-000000000000',
  role: 'superuser',
  isSuperuser: true,
  is_superuser: true,
  isActive: false,
  emailVerified: true,
  email_verified_at: '2026-01-01',
  stripeCustomerId: 'cus_1',
  stripe_customer_id: 'cus_1',
  githubId: '1',
  hashedPassword: 'x',
  tokenVersion: 7,
  __proto__: { isSuperuser: true },
}

test('security 25: what nobody may choose is ignored, to register and to change oneself', async (t) => {
  const email = someAddress()
  t.is((await register(app, { ...GREEDY, email })).status, 202)
  const plain = {
    is_superuser: false,
    is_active: true,
    email_verified_at: null,
    stripe_customer_id: null,
    github_id: null,
    token_version: 0,
  }
  const [made] = await app.db.query('SELECT * FROM users WHERE email = $1', [email])
  t.like(made, plain)
  t.not(made?.['id'], GREEDY.id)
  const one = await person(app)
  const body = { ...GREEDY, email: someAddress(), fullName: 'Eve' }
  const changed = await ask(app.url, '/api/auth/me', {
    method: 'PATCH',
    token: one.accessToken,
    body,
  })
  t.is(changed.status, 200)
  t.like(await rowOf(one.id), { ...plain, id: one.id, email: one.email, full_name: 'Eve' })
})

test('security 25: only a superuser grants rights', async (t) => {
  const one = await verifiedPerson(app)
  t.is((await rights(one.id, { isSuperuser: true }, one)).status, 403)
  t.is(
    (await ask(app.url, `/api/admin/users/${one.id}`, { body: { isSuperuser: true } })).status,
    401,
  )
  t.like(await rowOf(one.id), { is_superuser: false })
  t.is((await rights(one.id, { isSuperuser: true })).status, 200)
  t.like(await rowOf(one.id), { is_superuser: true })
  t.is((await ask(app.url, '/api/admin/users', { token: one.accessToken })).status, 200)
  // What is taken away is gone with the next call.
  t.is((await rights(one.id, { isSuperuser: false })).status, 200)
  t.is((await ask(app.url, '/api/admin/users', { token: one.accessToken })).status, 401)
})

test('security 25: who has not confirmed the address is made no superuser', async (t) => {
  const one = await person(app)
  const refused = await rights(one.id, { isSuperuser: true })
  t.deepEqual([refused.status, refused.body.error?.code], [409, 'ACCOUNT_UNVERIFIED'])
  t.like(await rowOf(one.id), { is_superuser: false })
  t.is((await rights(one.id, { isActive: false })).status, 200)
})

test('security 25: the last superuser stays one, even if two give up at once', async (t) => {
  const lonely = await startApplication()
  t.teardown(() => lonely.stop())
  const first = await superuser(lonely)
  const give = (one: Person, body: object) =>
    ask(lonely.url, `/api/admin/users/${one.id}`, { token: one.accessToken, body })
  for (const body of [{ isSuperuser: false }, { isActive: false }]) {
    const { status, body: answer } = await give(first, body)
    t.deepEqual([status, answer.error?.code], [409, 'LAST_SUPERUSER'])
  }
  const second = await superuser(lonely)
  const both = await Promise.all([first, second].map((one) => give(one, { isSuperuser: false })))
  t.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
  const left = await lonely.db.query('SELECT 1 FROM users WHERE is_superuser AND is_active')
  t.is(left.length, 1)
})

test("security 27: every superuser's route is 401 for nobody and 403 for a user", async (t) => {
  const one = await person(app)
  const routes = guardedBy('superuser')
  t.true(routes.length >= 4)
  for (const { method, path } of routes) {
    const place = path.replace(/:\w+/g, one.id)
    const body = method === 'GET' ? undefined : {}
    t.is((await ask(app.url, place, { method, body })).status, 401, path)
    t.is((await ask(app.url, place, { method, body, token: one.accessToken })).status, 403, path)
    if (method !== 'GET') continue
    const query = '?from=2026-01-01&to=2026-01-02'
    t.is((await ask(app.url, place + query, { token: root.accessToken })).status, 200, path)
  }
})

test("security 27: every user's route is 401 for nobody", async (t) => {
  for (const { method, path } of guardedBy('user')) {
    const place = path.replace(/:\w+/g, root.id)
    t.is((await ask(app.url, place, { method })).status, 401, path)
  }
})

const guardedBy = (access: Route['auth']): Route[] =>
  app.forge
    .all('routes')
    .flatMap(({ value }) => value)
    .filter(({ auth }) => auth === access)

test('security 27: what an administrator does is recorded with actor, address, before and after', async (t) => {
  const one = await person(app)
  await rights(one.id, { isActive: false })
  const entries = async () => {
    // The other tests of this file are recorded meanwhile.
    const { body } = await ask(app.url, '/api/admin/audit?limit=200', { token: root.accessToken })
    return body['entries'] as Record<string, unknown>[]
  }
  t.like(
    (await entries()).find(({ subjectId, actorId }) => subjectId === one.id && actorId === root.id),
    {
      action: 'account.rights_changed',
      ip: '127.0.0.1',
      before: { isActive: true, isSuperuser: false },
      after: { isActive: false, isSuperuser: false },
      actorEmail: root.email,
      subjectEmail: one.email,
    },
  )
  // Looking is recorded too.
  t.true(
    (await entries()).some(
      ({ action, actorId }) => action === 'admin.audit_read' && actorId === root.id,
    ),
  )
  const denied = await rights('01890000-0000-7000-8000-000000000000', { isActive: false })
  t.is(denied.status, 404)
})

test('security 27: what was done by and to an account that is deleted stays in the audit log', async (t) => {
  const one = await person(app)
  await app.db.query('DELETE FROM users WHERE id = $1', [one.id])
  const { body } = await ask(app.url, '/api/admin/audit?limit=200', { token: root.accessToken })
  const entries = body['entries'] as Record<string, unknown>[]
  const logIn = entries.find(({ actorId }) => actorId === one.id)
  t.like(logIn, { actorEmail: null, subjectId: one.id, subjectEmail: null })
})

test('security 27: the database changes and takes away no entry', async (t) => {
  for (const sql of [
    "UPDATE audit_log SET action = 'nothing'",
    'UPDATE audit_log SET actor_id = NULL WHERE false',
    'DELETE FROM audit_log',
    'TRUNCATE audit_log',
    "INSERT INTO audit_log (id, action) OVERRIDING SYSTEM VALUE SELECT id, 'x' FROM audit_log LIMIT 1 ON CONFLICT (id) DO UPDATE SET action = 'x'",
  ]) {
    await t.throwsAsync(app.db.query(sql), { message: /append-only/ }, sql)
  }
})

test('security 27: pages of accounts and of the audit log follow each other', async (t) => {
  for (let n = 0; n < 3; n++) await person(app)
  const page = async (path: string, key: string) => {
    const { body } = await ask(app.url, path, { token: root.accessToken })
    return (body[key] as { id: string }[]).map(({ id }) => id)
  }
  const [first = ''] = await page('/api/admin/users?limit=1', 'users')
  const [second = ''] = await page(`/api/admin/users?limit=1&before=${first}`, 'users')
  t.true(second < first)
  const [newest = ''] = await page('/api/admin/audit?limit=1', 'entries')
  const [older = ''] = await page(`/api/admin/audit?limit=1&before=${newest}`, 'entries')
  t.true(Number(older) < Number(newest))
  for (const query of ['limit=0', 'limit=1000', 'before=x', 'before=-1', 'limit=1.5']) {
    t.is((await ask(app.url, `/api/admin/users?${query}`, { token: root.accessToken })).status, 422)
  }
})

test('a superuser who was made by the command is in the audit log and on the bus', async (t) => {
  const one = await superuser(app)
  const [event] = await app.db.query(
    "SELECT 1 FROM events WHERE event_type = 'auth.superuser_granted' AND user_id = $1",
    [one.id],
  )
  t.truthy(event)
  const [entry] = await app.db.query(
    "SELECT actor_id FROM audit_log WHERE action = 'account.rights_changed' AND subject_id = $1",
    [one.id],
  )
  t.deepEqual(entry, { actor_id: null })
})
