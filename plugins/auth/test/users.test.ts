import { Users } from '@titanforge/auth'
import test from 'ava'
import { eventsOf, login, me, register, rowsOf, startApp, type App } from './app.js'

let app: App
test.before(async () => {
  app = await startApp()
})
test.after.always(() => app.stop())

const password = 'correct horse battery'

/** Makes sure of an account in a transaction of its own. */
const ensure = (account: { email: string; fullName?: string }) =>
  app.db.transaction((tx) => app.forge.get(Users).ensure(tx, account))

async function command(...argv: string[]): Promise<string[]> {
  const lines: string[] = []
  await app.forge.command(argv, (line) => lines.push(line))
  return lines
}

test('an account that somebody needs is made without a password', async (t) => {
  const email = 'Needed@example.com'
  const user = await ensure({ email, fullName: 'Needed' })
  t.like(user, { email, fullName: 'Needed' })
  const [row] = await rowsOf(app, email)
  t.like(row, { id: user.id, hashed_password: null })
  t.deepEqual(await eventsOf(app, 'auth.signed_up', user.id), [])
})

test('the existing account is found, in any spelling, and stays as it is', async (t) => {
  const first = await ensure({ email: 'same@example.com', fullName: 'First' })
  t.deepEqual(await ensure({ email: 'SAME@example.com', fullName: 'Second' }), first)
})

test('an account that is needed in many places at once is made once', async (t) => {
  const spelling = (_: unknown, index: number) =>
    index % 2 ? 'many@example.com' : 'Many@Example.com'
  const emails = Array.from({ length: 10 }, spelling)
  const found = await Promise.all(emails.map((email) => ensure({ email })))
  t.is(new Set(found.map((user) => user.id)).size, 1)
})

test('an account that is not committed is not there', async (t) => {
  const email = 'rolled-back@example.com'
  const work = app.db.transaction(async (tx) => {
    await app.forge.get(Users).ensure(tx, { email })
    throw new Error('no')
  })
  await t.throwsAsync(work, { message: 'no' })
  t.is(await app.forge.get(Users).findByEmail(email), undefined)
})

test('people are found by id and by address', async (t) => {
  const users = app.forge.get(Users)
  const user = await ensure({ email: 'Found@example.com' })
  t.deepEqual(user, { id: user.id, email: 'Found@example.com', fullName: null })
  t.deepEqual(await users.find(user.id), user)
  t.deepEqual(await users.findByEmail('found@EXAMPLE.com'), user)
})

test('what is no account is not found, whatever it looks like', async (t) => {
  const users = app.forge.get(Users)
  for (const id of [
    '01890000-0000-7000-8000-000000000000',
    'cus_123',
    '',
    "'; DROP TABLE users; --",
  ]) {
    t.is(await users.find(id), undefined)
  }
  for (const email of ['nobody@example.com', "' OR ''='", '%', '\\', '$1', ':x']) {
    t.is(await users.findByEmail(email), undefined)
  }
})

test('user:create makes an account and prints its password once', async (t) => {
  const email = 'operator@example.com'
  const lines = await command('user:create', email, '--superuser', '--name', 'Olga Operator')
  const printed = /shown this once: (\S{20,})$/m.exec(lines.join('\n'))?.[1]
  t.like((await rowsOf(app, email))[0], { full_name: 'Olga Operator', is_superuser: true })
  const { body } = await login(app, { email, password: printed })
  t.like((await me(app, `Bearer ${body.accessToken as string}`)).body, { email, isSuperuser: true })
  t.notRegex((await command('user:create', email)).join('\n'), /shown this once/)
  t.is((await login(app, { email, password: printed })).status, 200)
})

test('user:create without --superuser makes nobody one', async (t) => {
  const email = 'plain@example.com'
  await command('user:create', email)
  t.like((await rowsOf(app, email))[0], { is_superuser: false })
})

test('user:create --superuser promotes an existing account and leaves its password', async (t) => {
  const email = 'promoted@example.com'
  await register(app, { email, password })
  await app.db.query('UPDATE users SET email_verified_at = now() WHERE email = $1', [email])
  const lines = await command('user:create', email.toUpperCase(), '--superuser')
  t.notRegex(lines.join('\n'), /shown this once/)
  t.like((await rowsOf(app, email))[0], { is_superuser: true })
  t.is((await login(app, { email, password })).status, 200)
})

test('user:create takes over an account whose address nobody confirmed', async (t) => {
  const email = 'squatted@example.com'
  await register(app, { email, password })
  const { body } = await login(app, { email, password })
  const lines = await command('user:create', email, '--superuser')
  const printed = /shown this once: (\S{20,})$/m.exec(lines.join('\n'))?.[1]
  t.is((await login(app, { email, password })).status, 401)
  t.is((await me(app, `Bearer ${body.accessToken as string}`)).status, 401)
  t.is((await login(app, { email, password: printed })).status, 200)
})

test('user:create takes one address', async (t) => {
  for (const args of [
    [],
    ['nobody'],
    ['a@example.com', 'b@example.com'],
    ['a@example.com', '--root'],
  ]) {
    await t.throwsAsync(command('user:create', ...args), { code: 'COMMAND_USAGE' })
  }
})
