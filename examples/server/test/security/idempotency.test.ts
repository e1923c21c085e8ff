import { randomUUID } from 'node:crypto'
import test from 'ava'
import { startApplication, type Application } from './application.js'
import { ask, Browser } from './browser.js'
import { PASSWORD, register, someAddress, tokensOf, type Person, verifiedPerson } from './people.js'

let app: Application
test.before(async () => {
  app = await startApplication()
})
test.after.always(() => app.stop())

const makeKey = (one: Person, key: string, body: object = { name: 'a key' }) =>
  ask(app.url, '/api/auth/keys', {
    token: one.accessToken,
    body,
    headers: { 'idempotency-key': key },
  })
const keysOf = async ({ id }: Person) =>
  (await app.db.query('SELECT 1 FROM api_keys WHERE user_id = $1', [id])).length

test('security 36: the same request with the same key is answered the same, and done once', async (t) => {
  const one = await verifiedPerson(app)
  const key = randomUUID()
  const [first, second] = [await makeKey(one, key), await makeKey(one, key)]
  t.is(first.status, 201)
  t.deepEqual([second.status, second.text], [first.status, first.text])
  t.is(second.headers.get('idempotent-replayed'), 'true')
  t.is(await keysOf(one), 1)
})

test('security 36: another request with the same key is 422', async (t) => {
  const one = await verifiedPerson(app)
  const key = randomUUID()
  await makeKey(one, key)
  const other = await makeKey(one, key, { name: 'another' })
  t.deepEqual([other.status, other.body.error?.code], [422, 'IDEMPOTENCY_KEY_REUSED'])
  const elsewhere = await ask(app.url, '/api/auth/verify/resend', {
    method: 'POST',
    token: one.accessToken,
    headers: { 'idempotency-key': key },
  })
  t.is(elsewhere.status, 422)
  t.is(await keysOf(one), 1)
})

test('security 36: requests with one key at once are done once; the others are 409 or get its answer', async (t) => {
  const one = await verifiedPerson(app)
  const key = randomUUID()
  const answers = await Promise.all(Array.from({ length: 20 }, () => makeKey(one, key)))
  t.is(await keysOf(one), 1)
  const made = answers.filter(({ status }) => status === 201)
  t.true(made.length >= 1)
  t.is(new Set(made.map(({ text }) => text)).size, 1)
  const busy = answers.filter(({ status }) => status !== 201)
  t.true(
    busy.every(
      ({ status, body }) => status === 409 && body.error?.code === 'IDEMPOTENCY_KEY_IN_USE',
    ),
  )
})

// Alone, because it changes the claims of all requests.
test.serial(
  'security 36: a request whose process died is let in again after its time',
  async (t) => {
    const one = await verifiedPerson(app)
    const key = randomUUID()
    await makeKey(one, key)
    await app.db.query(
      "UPDATE idempotency_keys SET answer = NULL, claimed_until = now() + interval '1 minute'",
    )
    t.is((await makeKey(one, key)).status, 409)
    await app.db.query('UPDATE idempotency_keys SET claimed_until = now() WHERE answer IS NULL')
    t.is((await makeKey(one, key)).status, 201)
  },
)

test('security 36: the key of somebody else is another one', async (t) => {
  const [one, other] = [await verifiedPerson(app), await verifiedPerson(app)]
  const key = randomUUID()
  await makeKey(one, key)
  t.is((await makeKey(other, key)).headers.get('idempotent-replayed'), null)
  t.is(await keysOf(other), 1)
})

test('security 36: a request that failed leaves its key free', async (t) => {
  const one = await verifiedPerson(app)
  const key = randomUUID()
  t.is((await makeKey(one, key, { name: '' })).status, 422)
  t.is((await makeKey(one, key, { name: 'x', scopes: ['admin'] })).status, 422)
  t.is((await makeKey(one, key)).status, 201)
})

test('security 36: a log-in is repeated with its cookie, and its tokens are nowhere in clear', async (t) => {
  const email = someAddress()
  await register(app, { email })
  const headers = { 'idempotency-key': randomUUID() }
  const body = { email, password: PASSWORD }
  const [one, other] = [new Browser(app.url), new Browser(app.url)]
  const first = await one.ask('/api/auth/login', { body, headers })
  const second = await other.ask('/api/auth/login', { body, headers })
  t.is(second.text, first.text)
  t.deepEqual(other.cookies, one.cookies)
  const rows = await app.db.query<{ row: string }>(
    "SELECT encode(answer, 'escape') AS row FROM idempotency_keys",
  )
  const everything = rows.map(({ row }) => row).join('\n')
  for (const token of Object.values(tokensOf(first))) t.false(everything.includes(token))
  const sessions = await app.db.query(
    'SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1',
    [email],
  )
  t.is(sessions.length, 1)
})

test('security 36: who guesses the key of a log-in gets nothing without the password', async (t) => {
  const email = someAddress()
  await register(app, { email })
  const headers = { 'idempotency-key': 'guessable' }
  await ask(app.url, '/api/auth/login', { body: { email, password: PASSWORD }, headers })
  const guess = { email, password: 'a wrong password' }
  const answered = await ask(app.url, '/api/auth/login', { body: guess, headers })
  t.is(answered.status, 422)
  t.false(answered.text.includes('Token'))
})

test('security 36: what is no key is 400', async (t) => {
  const one = await verifiedPerson(app)
  for (const key of ['with a blank', 'x'.repeat(256), 'ü']) {
    t.is((await makeKey(one, key)).status, 400)
  }
})
