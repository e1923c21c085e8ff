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
const RUNS_A_ROUTE = 16

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
  ),
)
const value = fc.oneof(
  text,
  fc.jsonValue(),
  fc.array(text, { maxLength: 3 }),
  fc.boolean(),
  fc.double(),
)

/** Mostly what a route takes, so that the fuzz gets past its schema. */
const mostly = (good: unknown, bad: fc.Arbitrary<unknown> = value) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant<unknown>(good) }, { weight: 1, arbitrary: bad })
const secret = mostly(SECRET, fc.oneof(value, fc.constantFrom<unknown>([SECRET], { SECRET })))
const near = fc.record(
  {
    email: mostly('a@example.com'),
    password: secret,
    newPassword: secret,
    currentPassword: secret,
    token: mostly('token-'.repeat(8).slice(0, 43), secret),
    refreshToken: secret,
    fullName: mostly('Ada'),
    name: mostly('a key'),
    scopes: mostly(['read']),
    expiresInDays: mostly(7),
    isActive: mostly(true),
    isSuperuser: mostly(false),
    revokeKeys: mostly(false),
    returnTo: mostly('/'),
  },
  { requiredKeys: [] },
)
const body = fc.oneof({ weight: 5, arbitrary: near }, { weight: 1, arbitrary: fc.jsonValue() })
// What ends the session of this test would leave the rest of it outside.
const ENDS_SESSIONS = ['/api/auth/logout', '/api/auth/sessions']

test('whatever is sent to any route of auth, it is never a 500, and no secret comes back', async (t) => {
  t.timeout(110_000)
  // Every route that the plugin has, so that a new one is here too.
  const routes = app.forge
    .all('routes')
    .filter(({ plugin }) => plugin === 'auth')
    .flatMap(({ value }) => value)
  t.true(routes.length > 25)
  const seen = new Set<string>()
  for (const { method, path } of routes) {
    const ends = ENDS_SESSIONS.includes(path) && method !== 'GET'
    const token = ends
      ? fc.constantFrom(undefined, 'nonsense')
      : fc.constantFrom(undefined, one.accessToken, root.accessToken, 'nonsense')
    await fc.assert(
      fc.asyncProperty(body, text, token, async (sent, parameter, token) => {
        const whole = encodeURIComponent(parameter.toWellFormed()).slice(0, 500) || 'x'
        const place = path.replace(/:\w+/g, whole)
        const fields = ['returnTo', 'code', 'state', 'limit', 'before']
        const query = new URLSearchParams(
          Object.fromEntries(fields.map((name) => [name, parameter])),
        ).toString()
        const answered = await ask(app.url, method === 'GET' ? `${place}?${query}` : place, {
          method,
          body: method === 'GET' ? undefined : sent,
          token,
          headers: { 'idempotency-key': 'fuzz' },
        })
        seen.add(`${method} ${path}`)
        t.true(answered.status < 500, `${method} ${path} ${JSON.stringify(sent)}: ${answered.text}`)
        t.false(answered.text.includes(SECRET), `${method} ${path} ${JSON.stringify(sent)}`)
      }),
      { numRuns: RUNS_A_ROUTE },
    )
  }
  t.is(seen.size, routes.length)
  t.is((await ask(app.url, '/healthz')).status, 200)
  t.deepEqual(
    app.lines.filter((line) => line.includes('"level":50')),
    [],
  )
})
