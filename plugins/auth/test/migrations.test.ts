import { randomUUID } from 'node:crypto'
import { auth } from '@titanforge/auth'
import test from 'ava'
import { login, register, rowsOf, startApp, type App } from './app.js'

let app: App
test.before(async () => {
  app = await startApp()
})
test.after.always(() => app.stop())

// auth's own, which are the last.
const MIGRATIONS = auth.definition.migrations?.length ?? 0

const command = (...argv: string[]) => app.forge.command(argv, () => undefined)

const columns = () =>
  app.db.query<Record<string, string | null>>(
    `SELECT column_name, data_type, is_nullable, column_default
     FROM information_schema.columns WHERE table_name = 'users' ORDER BY ordinal_position`,
  )

const events = () => app.db.query('SELECT user_id FROM events')

test.serial('users has the columns of the data model', async (t) => {
  const found = (await columns()).map((column) => Object.values(column).join(' ').trim())
  t.deepEqual(found, [
    'id uuid NO',
    'email text NO',
    'hashed_password text YES',
    'full_name text YES',
    'created_at timestamp with time zone NO now()',
    'updated_at timestamp with time zone NO now()',
    'is_active boolean NO true',
    'is_superuser boolean NO false',
    'github_id text YES',
    'email_verified_at timestamp with time zone YES',
    'token_version integer NO 0',
  ])
})

test.serial('an address and a GitHub account belong to one user', async (t) => {
  const insert = (email: string, githubId: string | null) =>
    app.db.query('INSERT INTO users (id, email, github_id) VALUES ($1, $2, $3)', [
      randomUUID(),
      email,
      githubId,
    ])
  await insert('one@example.com', '42')
  await t.throwsAsync(insert('ONE@example.com', null), { message: /users_email/ })
  await t.throwsAsync(insert('two@example.com', '42'), { message: /github_id/ })
  await insert('two@example.com', null)
  await insert('three@example.com', null)
  t.is((await rowsOf(app, 'one@example.com')).length, 1)
})

test.serial('an event can only be about a user who exists', async (t) => {
  const insert = app.db.query(
    `INSERT INTO events (id, user_id, event_type, payload, version, correlation_id)
     VALUES ($1, $1, 'test.happened', '{}', 1, $1)`,
    [randomUUID()],
  )
  await t.throwsAsync(insert, { message: /events_user_id_fkey/ })
})

test.serial(
  'the migration can be undone, with events about users, and applied again',
  async (t) => {
    const credentials = { email: 'ada@example.com', password: 'correct horse battery' }
    await register(app, credentials)
    const before = await columns()
    for (let n = 0; n < MIGRATIONS; n++) await command('migrate:down')
    t.deepEqual(await columns(), [])
    t.true((await events()).length > 0)
    await command('migrate')
    t.deepEqual(await columns(), before)
    t.like((await events())[0], { user_id: null })
    await register(app, credentials)
    t.is((await login(app, credentials)).status, 200)
  },
)
