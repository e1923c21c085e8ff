import test from 'ava'
import { Users } from '@titanforge/auth'
import { eventsOf, login, me, register, rowsOf, stable, startApp, type App } from './app.js'
import { fastest } from './fastest.js'

let app: App
const email = 'ada@example.com'
const password = 'correct horse battery'
test.before(async () => {
  app = await startApp()
  await register(app, { email, password, fullName: 'Ada' })
})
test.after.always(() => app.stop())

// Serial, so that nothing else is asked of the server meanwhile.
test.serial(
  'nobody can tell a wrong password from an account that is unknown, disabled or without one',
  async (t) => {
    await register(app, { email: 'off@example.com', password })
    await app.db.query("UPDATE users SET is_active = false WHERE email = 'off@example.com'")
    const users = app.forge.get(Users)
    await app.db.transaction((tx) => users.ensure(tx, { email: 'none@example.com' }))

    const attempts = [
      { email, password: 'wrong password' },
      { email: 'unknown@example.com', password },
      { email: 'off@example.com', password },
      { email: 'none@example.com', password },
    ].map((credentials) => () => login(app, credentials))
    const [wrong, ...others] = await Promise.all(
      attempts.map(async (attempt) => stable(await attempt())),
    )
    t.like(wrong, { status: 401, body: { error: { code: 'CREDENTIALS_INVALID' } } })
    t.deepEqual(others, [wrong, wrong, wrong])
    const [wrongMs = 0, ...othersMs] = await fastest(...attempts)
    // Without the work of the hash it would be a twentieth.
    t.true(Math.min(...othersMs) > wrongMs / 8, `${wrongMs} ms and ${othersMs.join(', ')} ms`)
  },
)

test('the right password gives a token that says who it is', async (t) => {
  const answered = await login(app, { email, password })
  t.is(answered.status, 200)
  t.is(answered.body.expiresIn, 15 * 60)
  const who = await me(app, `Bearer ${answered.body.accessToken as string}`)
  const [user] = await rowsOf(app, email)
  t.is(who.status, 200)
  t.like(who.body, { id: user?.id, email, fullName: 'Ada', isSuperuser: false })
  t.deepEqual(Object.keys(who.body).sort(), [
    'createdAt',
    'email',
    'emailVerified',
    'fullName',
    'hasGithub',
    'hasPassword',
    'id',
    'isSuperuser',
  ])
})

test('the case of the address makes no difference', async (t) => {
  t.is((await login(app, { email: 'ADA@Example.com', password })).status, 200)
})

test('answers with a token are not stored by anybody', async (t) => {
  t.is((await login(app, { email, password })).headers.get('cache-control'), 'no-store')
})

test('a log-in is published, and so is one that failed', async (t) => {
  const mine = 'published@example.com'
  await register(app, { email: mine, password })
  const [user] = await rowsOf(app, mine)
  await login(app, { email: mine, password: 'wrong password' })
  t.deepEqual(await eventsOf(app, 'auth.logged_in', user?.id), [])
  t.deepEqual(await eventsOf(app, 'auth.login_failed', user?.id), [
    { payload: { userId: user?.id } },
  ])
  await login(app, { email: mine, password })
  const published = await eventsOf(app, 'auth.logged_in', user?.id)
  t.deepEqual(published, [{ payload: { userId: user?.id } }])
})

test('a password that is longer than bcrypt reads is never compared by its beginning', async (t) => {
  const mine = 'long@example.com'
  const long = `${'x'.repeat(72)}yz`
  await register(app, { email: mine, password: long })
  t.is((await login(app, { email: mine, password: long })).status, 200)
  for (const wrong of [long.slice(0, 72), long.slice(0, 73), `${long}!`]) {
    t.is((await login(app, { email: mine, password: wrong })).status, 401)
  }
  t.is((await login(app, { email, password: `${password}\0` })).status, 401)
})
