import test from 'ava'
import { startApplication, type Application } from './application.js'
import { ask } from './browser.js'
import { logIn, me, person, register, someAddress } from './people.js'

const FRIEND = 'https://app.example.com'
let app: Application
test.before(async () => {
  app = await startApplication({ http: { corsOrigins: [FRIEND] } })
})
test.after.always(() => app.stop())

test('security 40: every answer has the headers, a refusal and an unknown path too', async (t) => {
  for (const path of ['/healthz', '/api/auth/me', '/nowhere', '/auth/verify', '/api/products']) {
    const { headers } = await ask(app.url, path)
    t.regex(headers.get('strict-transport-security') ?? '', /max-age=\d{8}/)
    t.is(headers.get('x-content-type-options'), 'nosniff')
    t.regex(
      headers.get('content-security-policy') ?? '',
      /default-src '(self|none)'.*script-src 'self'/,
    )
    t.is(headers.get('x-frame-options'), 'SAMEORIGIN')
    t.is(headers.get('x-powered-by'), null)
    t.truthy(headers.get('x-request-id'))
  }
})

test('security 40: no answer of auth is stored by anybody', async (t) => {
  const one = await person(app)
  const answers = [
    await logIn(app, { email: one.email }),
    await logIn(app, { email: one.email, password: 'a wrong password' }),
    await me(app, one.accessToken),
    await ask(app.url, '/api/auth/refresh', { body: { refreshToken: one.refreshToken } }),
    await register(app, { email: someAddress() }),
    await ask(app.url, '/api/auth/github/callback'),
  ]
  for (const { headers } of answers) t.is(headers.get('cache-control'), 'no-store')
})

test('security 40: only listed origins may read answers', async (t) => {
  const own = (origin: string) => ask(app.url, '/healthz', { headers: { origin } })
  const friends = (await own(FRIEND)).headers
  t.is(friends.get('access-control-allow-origin'), FRIEND)
  const readable = (friends.get('access-control-expose-headers') ?? '').split(',')
  for (const name of [
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'Retry-After',
    'Idempotent-Replayed',
  ])
    t.true(readable.includes(name), name)
  for (const origin of [
    'https://evil.example',
    'null',
    `${FRIEND}.evil.example`,
    'http://app.example.com',
    `${FRIEND}:444`,
    'https://APP.example.com.',
    app.url,
  ]) {
    const { headers } = await own(origin)
    t.is(headers.get('access-control-allow-origin'), null, origin)
    t.is(headers.get('access-control-allow-credentials'), null, origin)
    t.regex(headers.get('vary') ?? '', /origin/i)
  }
})

test('security 40: a preflight of a listed origin passes, of another it does not', async (t) => {
  const preflight = (origin: string) =>
    ask(app.url, '/api/auth/login', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type, authorization',
      },
    })
  const friend = await preflight(FRIEND)
  t.is(friend.status, 204)
  t.is(friend.headers.get('access-control-allow-origin'), FRIEND)
  t.regex(friend.headers.get('access-control-allow-headers') ?? '', /authorization/)
  t.is((await preflight('https://evil.example')).headers.get('access-control-allow-origin'), null)
  const { email } = await person(app)
  t.is(
    (await logIn(app, { email }, { origin: FRIEND, 'sec-fetch-site': 'cross-site' })).status,
    200,
  )
})

test('security 40: markup in a name leaves as JSON, never as a page', async (t) => {
  const { accessToken: token } = await person(app)
  const fullName = '<script>alert(1)</script>'
  const { headers, body } = await ask(app.url, '/api/auth/me', {
    method: 'PATCH',
    token,
    body: { fullName },
  })
  t.is(body['fullName'], fullName)
  t.regex(headers.get('content-type') ?? '', /^application\/json/)
})
