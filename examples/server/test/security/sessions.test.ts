import { waitFor } from '@titanforge/core/testing'
import test from 'ava'
import { startApplication, type Application } from './application.js'
import { ask, Browser } from './browser.js'
import {
  logIn,
  me,
  PASSWORD,
  person,
  refresh,
  session,
  superuser,
  tokensOf,
  verifiedPerson,
} from './people.js'

let app: Application
test.before(async () => {
  app = await startApplication()
})
test.after.always(() => app.stop())

const auditOf = (id: string, action: string) =>
  app.db.query('SELECT * FROM audit_log WHERE subject_id = $1 AND action = $2', [id, action])
/** As if the refresh tokens that somebody has used had been used so long ago. */
const age = (id: string, seconds: number) =>
  app.db.query(
    `UPDATE refresh_tokens SET used_at = clock_timestamp() - make_interval(secs => $2)
     WHERE used_at IS NOT NULL AND session_id IN (SELECT id FROM sessions WHERE user_id = $1)`,
    [id, seconds],
  )

test('security 13: a log-out ends the access token and the refresh token at once, and no other', async (t) => {
  const one = await person(app)
  const other = await session(app, one.email)
  const out = await ask(app.url, '/api/auth/logout', { method: 'POST', token: one.accessToken })
  t.is(out.status, 204)
  t.is((await me(app, one.accessToken)).status, 401)
  t.is((await refresh(app, one.refreshToken)).status, 401)
  t.is((await me(app, other.accessToken)).status, 200)
  t.is((await refresh(app, other.refreshToken)).status, 200)
})

test('security 13: a browser logs out by its cookie alone', async (t) => {
  const { email } = await person(app)
  const browser = new Browser(app.url)
  const { accessToken } = tokensOf(
    await browser.ask('/api/auth/login', { body: { email, password: PASSWORD } }),
  )
  t.is((await browser.ask('/api/auth/logout', { method: 'POST' })).status, 204)
  t.is(browser.cookies.size, 0)
  t.is((await me(app, accessToken)).status, 401)
})

test('security 13: a log-out with a token whose successor got lost ends the session too', async (t) => {
  const one = await person(app)
  const lost = tokensOf(await refresh(app, one.refreshToken))
  const body = { refreshToken: one.refreshToken }
  t.is((await ask(app.url, '/api/auth/logout', { body })).status, 204)
  t.is((await me(app, one.accessToken)).status, 401)
  t.is((await refresh(app, lost.refreshToken)).status, 401)
})

test('security 13: a log-out without anything is a log-out too', async (t) => {
  t.is((await ask(app.url, '/api/auth/logout', { method: 'POST' })).status, 204)
  t.is((await ask(app.url, '/api/auth/logout', { body: { refreshToken: 'x' } })).status, 204)
})

test('security 14: who is disabled or deleted is out with the next call, with token and key', async (t) => {
  const root = await superuser(app)
  const ends = [
    (id: string) =>
      ask(app.url, `/api/admin/users/${id}`, {
        token: root.accessToken,
        body: { isActive: false },
      }),
    (id: string) => app.db.query('DELETE FROM users WHERE id = $1', [id]),
  ]
  for (const end of ends) {
    const one = await verifiedPerson(app)
    const body = { name: 'key', scopes: ['read'] }
    const made = await ask(app.url, '/api/auth/keys', { token: one.accessToken, body })
    const key = made.body['key'] as string
    t.is((await me(app, key)).status, 200)
    await end(one.id)
    for (const token of [one.accessToken, key]) t.is((await me(app, token)).status, 401)
    t.is((await refresh(app, one.refreshToken)).status, 401)
    t.is((await logIn(app, { email: one.email })).status, 401)
  }
})

test('security 14: an account that is enabled again needs a new log-in', async (t) => {
  const root = await superuser(app)
  const one = await person(app)
  for (const isActive of [false, true]) {
    const body = { isActive }
    await ask(app.url, `/api/admin/users/${one.id}`, { token: root.accessToken, body })
  }
  t.is((await me(app, one.accessToken)).status, 401)
  t.is((await refresh(app, one.refreshToken)).status, 401)
  t.is((await logIn(app, { email: one.email })).status, 200)
})

test('security 15: each use makes another token, and reuse after the grace ends the session', async (t) => {
  const one = await person(app)
  const next = tokensOf(await refresh(app, one.refreshToken))
  t.not(next.refreshToken, one.refreshToken)
  t.is((await me(app, next.accessToken)).status, 200)
  await age(one.id, 11)
  t.is((await refresh(app, one.refreshToken)).status, 401)
  for (const token of [next.accessToken, one.accessToken]) t.is((await me(app, token)).status, 401)
  t.is((await refresh(app, next.refreshToken)).status, 401)
  t.is((await auditOf(one.id, 'session.refresh_reused')).length, 1)
})

// Alone, as the other one that has to be done within the grace: all others at once may take longer.
test.serial(
  'security 15: within the grace, the parent gives the same successor again',
  async (t) => {
    const one = await person(app)
    const first = tokensOf(await refresh(app, one.refreshToken))
    await age(one.id, 2)
    const second = tokensOf(await refresh(app, one.refreshToken))
    t.is(second.refreshToken, first.refreshToken)
    t.is((await refresh(app, first.refreshToken)).status, 200)
  },
)

test('security 15: a grandparent ends the session, even within the grace', async (t) => {
  const one = await person(app)
  const child = tokensOf(await refresh(app, one.refreshToken))
  const grandchild = tokensOf(await refresh(app, child.refreshToken))
  t.is((await refresh(app, one.refreshToken)).status, 401)
  t.is((await refresh(app, grandchild.refreshToken)).status, 401)
  t.is((await auditOf(one.id, 'session.refresh_reused')).length, 1)
})

test('security 15: the other sessions of a reused token stay', async (t) => {
  const one = await person(app)
  const other = await session(app, one.email)
  await refresh(app, one.refreshToken)
  await age(one.id, 11)
  t.is((await refresh(app, one.refreshToken)).status, 401)
  t.is((await me(app, other.accessToken)).status, 200)
})

test.serial('security 16: twenty refreshes at once make one live successor', async (t) => {
  const one = await person(app)
  const tries = Array.from({ length: 20 }, () => refresh(app, one.refreshToken))
  const answers = await Promise.all(tries)
  t.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  t.is(new Set(answers.map((answer) => tokensOf(answer).refreshToken)).size, 1)
  const live = await app.db.query(
    `SELECT 1 FROM refresh_tokens WHERE used_at IS NULL
     AND session_id IN (SELECT id FROM sessions WHERE user_id = $1)`,
    [one.id],
  )
  t.is(live.length, 1)
})

test('security 16: a session ends at its time, however often it is renewed', async (t) => {
  const one = await person(app)
  const [row] = await app.db.query<{ ends: Date }>(
    'SELECT expires_at AS ends FROM sessions WHERE user_id = $1',
    [one.id],
  )
  const next = tokensOf(await refresh(app, one.refreshToken))
  t.like(
    await app.db.query('SELECT expires_at AS ends FROM sessions WHERE user_id = $1', [one.id]),
    [{ ends: row?.ends }],
  )
  await app.db.query('UPDATE sessions SET expires_at = now() WHERE user_id = $1', [one.id])
  t.is((await refresh(app, next.refreshToken)).status, 401)
  t.is((await me(app, next.accessToken)).status, 401)
})

test('security 12: a refresh token is no access token, and an access token no refresh token', async (t) => {
  const one = await person(app)
  t.is((await me(app, one.refreshToken)).status, 401)
  t.is((await refresh(app, one.accessToken)).status, 422)
  t.is((await refresh(app, one.accessToken.slice(-43))).status, 401)
})

test('security 40: what a browser refreshes with is in its cookie, and in nothing that a script reads', async (t) => {
  const { email } = await person(app)
  const browser = new Browser(app.url)
  const login = await browser.ask('/api/auth/login', { body: { email, password: PASSWORD } })
  const [cookie = ''] = login.headers.getSetCookie()
  for (const part of [
    /^__Host-/,
    /; secure/i,
    /; httponly/i,
    /; samesite=strict/i,
    /; path=\/(;|$)/i,
  ]) {
    t.regex(cookie, part)
  }
  t.notRegex(cookie, /domain/i)
  const before = [...browser.cookies.values()]
  const renewed = await browser.ask('/api/auth/refresh', { method: 'POST' })
  t.is(renewed.status, 200)
  t.deepEqual(Object.keys(renewed.body).sort(), ['accessToken', 'expiresIn'])
  t.notDeepEqual([...browser.cookies.values()], before)
})

test('security 40: a page of another site cannot use the cookie', async (t) => {
  const { email } = await person(app)
  const browser = new Browser(app.url)
  await browser.ask('/api/auth/login', { body: { email, password: PASSWORD } })
  const foreign = [
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site', origin: 'https://other.example.com' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: app.url.replace('http:', 'http://evil.') },
  ]
  for (const headers of foreign) {
    for (const path of ['/api/auth/refresh', '/api/auth/logout', '/api/auth/login']) {
      const { status, body } = await browser.ask(path, {
        method: 'POST',
        headers: headers as never,
      })
      t.deepEqual([status, body.error?.code], [403, 'CROSS_SITE_REFUSED'])
    }
  }
  const own = { 'sec-fetch-site': 'same-origin', origin: app.url }
  t.is((await browser.ask('/api/auth/refresh', { method: 'POST', headers: own })).status, 200)
})

test('sessions are listed with what they were begun from, and ended one by one or all at once', async (t) => {
  const one = await person(app)
  const second = await logIn(app, { email: one.email }, { 'user-agent': 'a phone' })
  const third = await session(app, one.email)
  const list = async () => {
    const { body } = await ask(app.url, '/api/auth/sessions', { token: one.accessToken })
    return body['sessions'] as { id: string; isCurrent: boolean; userAgent: string; ip: string }[]
  }
  const sessions = await list()
  t.is(sessions.length, 3)
  t.is(sessions.filter(({ isCurrent }) => isCurrent).length, 1)
  const phone = sessions.find(({ userAgent }) => userAgent === 'a phone')
  t.is(phone?.ip, '127.0.0.1')
  const end = (id: string, token: string) =>
    ask(app.url, `/api/auth/sessions/${id}`, { method: 'DELETE', token })
  t.is((await end(phone?.id ?? '', one.accessToken)).status, 204)
  t.is((await me(app, tokensOf(second).accessToken)).status, 401)
  t.is((await end(phone?.id ?? '', one.accessToken)).status, 404)
  const all = await ask(app.url, '/api/auth/sessions', { method: 'DELETE', token: one.accessToken })
  t.deepEqual(all.body, { ended: 1 })
  t.is((await me(app, third.accessToken)).status, 401)
  t.is((await list()).length, 1)
})

test('security 26: the session of somebody else, and what is none, is not found', async (t) => {
  const [one, other] = [await person(app), await person(app)]
  const { body } = await ask(app.url, '/api/auth/sessions', { token: other.accessToken })
  const [{ id } = { id: '' }] = body['sessions'] as { id: string }[]
  for (const path of [id, '01890000-0000-7000-8000-000000000000', 'x', '%00', "' OR 1=1"]) {
    const { status } = await ask(app.url, `/api/auth/sessions/${path}`, {
      method: 'DELETE',
      token: one.accessToken,
    })
    t.is(status, 404, path)
  }
  t.is((await me(app, other.accessToken)).status, 200)
})

test('a hundred registrations of one address at once, in two spellings, make one account', async (t) => {
  const spelling = (n: number) => (n % 2 ? 'crowd@example.com' : 'Crowd@Example.COM')
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      ask(app.url, '/api/auth/register', { body: { email: spelling(n), password: PASSWORD } }),
    ),
  )
  t.deepEqual([...new Set(answers.map(({ status }) => status))], [202])
  const rows = await app.db.query("SELECT 1 FROM users WHERE lower(email) = 'crowd@example.com'")
  t.is(rows.length, 1)
  await waitFor(async () => (await logIn(app, { email: 'crowd@example.com' })).status === 200)
})
