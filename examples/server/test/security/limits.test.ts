import test from 'ava'
import { startApplication } from './application.js'
import { ask } from './browser.js'
import { logIn, person, register, someAddress, tokensOf } from './people.js'

// One application at a time, for each has connections of its own.

const WRONG = 'a wrong password'
const from = (ip: string) => ({ 'x-forwarded-for': ip })

test.serial(
  'security 5: the eleventh try at an account is refused, with the right password too',
  async (t) => {
    const app = await startApplication({
      auth: { limits: {} },
      http: { trustedProxies: ['loopback'] },
    })
    t.teardown(() => app.stop())
    const { email } = await person(app)
    const { email: other } = await person(app)
    for (let n = 0; n < 10; n++) t.is((await logIn(app, { email, password: WRONG })).status, 401)
    for (const password of [WRONG, undefined]) {
      const refused = await logIn(app, { email, ...(password && { password }) })
      t.deepEqual([refused.status, refused.body.error?.code], [429, 'TOO_MANY_REQUESTS'])
      const wait = Number(refused.headers.get('retry-after'))
      t.true(wait > 800 && wait <= 900, String(wait))
      t.is(refused.headers.get('ratelimit-limit'), '10')
      t.is(refused.headers.get('ratelimit-remaining'), '0')
    }
    t.is((await logIn(app, { email: email.toUpperCase() })).status, 429)
    t.is((await logIn(app, { email }, from('203.0.113.7'))).status, 429)
    t.is((await logIn(app, { email: other }, from('203.0.113.7'))).status, 200)
  },
)

test.serial(
  'security 5: tries that come at once are counted too, and an unknown address like a known one',
  async (t) => {
    const app = await startApplication({ auth: { limits: {} } })
    t.teardown(() => app.stop())
    for (const email of [(await person(app)).email, someAddress()]) {
      const tries = Array.from({ length: 24 }, () => logIn(app, { email, password: WRONG }))
      const statuses = (await Promise.all(tries)).map(({ status }) => status)
      t.is(statuses.filter((status) => status === 401).length, 10)
      t.is(statuses.filter((status) => status === 429).length, 14)
    }
  },
)

test.serial(
  'security 5: the right password takes back its try, and forgets the failures before',
  async (t) => {
    const app = await startApplication({ auth: { limits: { failuresPerAccount: 3 } } })
    t.teardown(() => app.stop())
    const { email } = await person(app)
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 2; n++) t.is((await logIn(app, { email, password: WRONG })).status, 401)
      t.is((await logIn(app, { email })).status, 200)
    }
  },
)

test.serial(
  'security 5: the fifty-first failure from an address is refused, whatever account it is for',
  async (t) => {
    const app = await startApplication({
      auth: { limits: {} },
      http: { trustedProxies: ['loopback'] },
    })
    t.teardown(() => app.stop())
    const { email } = await person(app)
    const fail = (ip: string) => logIn(app, { email: someAddress(), password: WRONG }, from(ip))
    for (let n = 0; n < 50; n++) t.is((await fail('203.0.113.9')).status, 401)
    t.is((await fail('203.0.113.9')).status, 429)
    t.is((await logIn(app, { email }, from('203.0.113.9'))).status, 429)
    t.is((await logIn(app, { email }, from('203.0.113.10'))).status, 200)
    // Whoever has an IPv6 address has its whole network.
    for (let n = 0; n < 50; n++) t.is((await fail(`2001:db8:1:2::${n + 1}`)).status, 401)
    t.is((await fail('2001:db8:1:2:ffff::1')).status, 429)
    t.is((await fail('2001:db8:1:3::1')).status, 401)
  },
)

test.serial(
  'security 37: log-ins that succeed and refreshes have an end too, for an account and for an address',
  async (t) => {
    const app = await startApplication({
      auth: { limits: { successesPerAccount: 3, successesPerAddress: 7 } },
      http: { trustedProxies: ['loopback'] },
    })
    t.teardown(() => app.stop())
    const addresses = Array.from({ length: 4 }, someAddress)
    for (const email of addresses) await register(app, { email })
    const [email = '', other = '', third = ''] = addresses
    const enter = (ip: string, email: string) => logIn(app, { email }, from(ip))

    let { refreshToken } = tokensOf(await enter('203.0.113.1', email))
    for (let n = 0; n < 2; n++) t.is((await enter('203.0.113.1', email)).status, 200)
    const refused = await enter('203.0.113.2', email)
    t.is(refused.status, 429)
    t.is(refused.headers.get('ratelimit-limit'), '3')
    t.true(Number(refused.headers.get('retry-after')) > 800)
    for (let n = 0; n < 3; n++) t.is((await enter('203.0.113.1', other)).status, 200)
    t.is((await enter('203.0.113.1', third)).status, 200)
    t.is((await enter('203.0.113.1', third)).status, 429)
    t.is((await enter('203.0.113.3', third)).status, 200)

    const renew = (ip: string) =>
      ask(app.url, '/api/auth/refresh', { body: { refreshToken }, headers: from(ip) })
    for (let n = 0; n < 3; n++) {
      const renewed = await renew('203.0.113.4')
      t.is(renewed.status, 200)
      refreshToken = tokensOf(renewed).refreshToken
    }
    t.is((await renew('203.0.113.4')).status, 429)
    // A client that was refused comes again with the same token.
    await app.db.query("DELETE FROM rate_limits WHERE key LIKE 'success-account:refresh:%'")
    t.is((await renew('203.0.113.4')).status, 200)
    const guess = () =>
      ask(app.url, '/api/auth/refresh', {
        body: { refreshToken: 'x' },
        headers: from('203.0.113.5'),
      })
    const guesses = []
    for (let n = 0; n < 8; n++) guesses.push((await guess()).status)
    t.deepEqual(guesses, [...Array<number>(7).fill(401), 429])
  },
)

test.serial(
  'security 6: without a trusted proxy, a forged X-Forwarded-For changes nothing',
  async (t) => {
    const app = await startApplication({ auth: { limits: { failuresPerAddress: 5 } } })
    t.teardown(() => app.stop())
    const fail = (n: number) =>
      logIn(app, { email: someAddress(), password: WRONG }, from(`203.0.113.${n}`))
    for (let n = 0; n < 5; n++) t.is((await fail(n)).status, 401)
    t.is((await fail(6)).status, 429)
  },
)

test.serial(
  'security 6: behind a trusted proxy, only the address that it added is believed',
  async (t) => {
    const app = await startApplication({
      auth: { limits: { failuresPerAddress: 5 } },
      http: { trustedProxies: ['loopback'] },
    })
    t.teardown(() => app.stop())
    const fail = (forged: string) =>
      logIn(app, { email: someAddress(), password: WRONG }, from(`${forged}, 203.0.113.1`))
    for (let n = 0; n < 5; n++) t.is((await fail(`198.51.100.${n}`)).status, 401)
    t.is((await fail('198.51.100.99')).status, 429)
  },
)

test.serial(
  'security 37: what anybody may call is answered N times, and then 429 with the RateLimit headers',
  async (t) => {
    const app = await startApplication({ auth: { limits: { requestsPerAddress: 4 } } })
    t.teardown(() => app.stop())
    const routes = {
      '/api/auth/register': { email: someAddress(), password: 'a good password' },
      '/api/auth/password/forgot': { email: someAddress() },
      '/api/auth/password/reset': { token: 'x', password: 'a good password' },
      '/api/auth/verify': { token: 'x' },
      '/api/auth/email/confirm': { token: 'x' },
      '/api/auth/logout': {},
    }
    for (const [path, body] of Object.entries(routes)) {
      const tries = Array.from({ length: 6 }, () => ask(app.url, path, { body }))
      const answers = await Promise.all(tries)
      const refused = answers.filter(({ status }) => status === 429)
      t.is(refused.length, 2, path)
      for (const { headers } of refused) {
        t.is(headers.get('ratelimit-limit'), '4')
        t.is(headers.get('ratelimit-remaining'), '0')
        t.true(Number(headers.get('ratelimit-reset')) > 0)
        t.is(headers.get('retry-after'), headers.get('ratelimit-reset'))
      }
    }
  },
)

test.serial(
  'an account gets so many mails with links, and the answer stays the same',
  async (t) => {
    const app = await startApplication({ auth: { limits: { mailsPerAccount: 2 } } })
    t.teardown(() => app.stop())
    const { email, id } = await person(app)
    for (let n = 0; n < 4; n++) {
      t.is((await ask(app.url, '/api/auth/password/forgot', { body: { email } })).status, 202)
    }
    const sent = await app.db.query(
      "SELECT 1 FROM events WHERE event_type = 'auth.reset_requested' AND user_id = $1",
      [id],
    )
    t.is(sent.length, 2)
  },
)

test.serial(
  '200 log-ins at once leave the server answering, and those that it cannot serve are told when',
  async (t) => {
    const app = await startApplication({
      auth: { passwordCost: 12, passwordQueue: 20, limits: { failuresPerAddress: 1000 } },
    })
    t.teardown(() => app.stop())
    await register(app, { email: 'many@example.com' })
    const logins = Array.from({ length: 200 }, (_, n) =>
      logIn(app, { email: `nobody-${n}@example.com`, password: WRONG }),
    )
    const state = { done: false }
    const all = Promise.all(logins).finally(() => (state.done = true))
    let answered = 0
    while (!state.done) {
      t.is((await ask(app.url, '/healthz')).status, 200)
      answered++
    }
    t.true(answered > 5)
    const answers = await all
    const refused = answers.filter(({ status }) => status === 503)
    t.true(refused.length > 0)
    t.is(answers.filter(({ status }) => status === 401).length, 200 - refused.length)
    for (const { headers, body } of refused) {
      t.is(headers.get('retry-after'), '5')
      t.is(body.error?.code, 'PASSWORD_QUEUE_FULL')
    }
    // Those were no tries.
    const counted = await app.db.query(
      "SELECT points FROM rate_limits WHERE key LIKE 'login-address:%'",
    )
    t.like(counted, [{ points: 200 - refused.length }])
  },
)
