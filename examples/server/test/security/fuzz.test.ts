import test from 'ava'
import fc from 'fast-check'
import { startApplication, type Application } from './application.js'
import { ask } from './browser.js'
import { person, superuser, type Person } from './people.js'

let app: Application
let one: Person
let root: Person
test.before(async () => {
  app = await startApplication({ auth: { sessionDays: 1 } })
  one = await person(app)
  root = await superuser(app)
})
test.after.always(() => app.stop())

const SECRET = 'a secret that must not come back'
const FIELDS = ['email', 'password', 'newPassword', 'currentPassword', 'token', 'refreshToken']
const MORE = [
  'fullName',
  'name',
  'scopes',
  'expiresInDays',
  'isActive',
  'isSuperuser',
  'returnTo',
  'limit',
  'before',
]

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    'a@example.com',
    '\0',
    '\ud800',
    "' OR 1=1 --",
    '../../etc',
    '',
    'x'.repeat(2000),
    SECRET,
  ),
)
const value = fc.oneof(
  text,
  fc.jsonValue(),
  fc.array(text, { maxLength: 3 }),
  fc.boolean(),
  fc.double(),
)
const body = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.dictionary(fc.constantFrom(...FIELDS, ...MORE), value, { maxKeys: 8 }),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
)

test('whatever is sent to any route of auth, it is never a 500, and no secret comes back', async (t) => {
  t.timeout(110_000)
  const routes = app.forge
    .all('routes')
    .filter(({ plugin }) => plugin === 'auth')
    .flatMap(({ value }) => value)
  t.true(routes.length > 25)
  const keep = ['/api/auth/logout', '/api/auth/sessions']
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes),
      body,
      text,
      fc.constantFrom(undefined, one.accessToken, root.accessToken, 'nonsense'),
      async ({ method, path }, sent, parameter, token) => {
        // What ends the session of this test would leave the rest of it outside.
        const ends = keep.includes(path) && method !== 'GET'
        const place = path.replace(
          /:\w+/g,
          encodeURIComponent(parameter.toWellFormed()).slice(0, 500) || 'x',
        )
        const query =
          method === 'GET'
            ? `?${new URLSearchParams({ returnTo: parameter, code: parameter, state: parameter, limit: parameter, before: parameter }).toString()}`
            : ''
        const answered = await ask(app.url, place + query, {
          method,
          body: method === 'GET' ? undefined : sent,
          token: ends ? undefined : token,
          headers: { 'idempotency-key': 'fuzz' },
        })
        t.true(answered.status < 500, `${method} ${path} ${JSON.stringify(sent)}: ${answered.text}`)
        if (answered.status >= 400) t.false(answered.text.includes(SECRET))
      },
    ),
    { numRuns: 400 },
  )
  t.is((await ask(app.url, '/healthz')).status, 200)
  t.deepEqual(
    app.lines.filter((line) => line.includes('"level":50')),
    [],
  )
})
