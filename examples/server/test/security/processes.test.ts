import { testDatabase } from '@titanforge/database/testing'
import test from 'ava'
import { startServer, temporaryHome, type Server } from '../programs.js'
import { ask } from './browser.js'
import { refuseSecretsIn } from './secrets-used.js'
import { logIn, me, PASSWORD, person, refresh, tokensOf } from './people.js'

let one: Server
let other: Server
let clean: () => Promise<void>
test.before(async () => {
  const { url, drop } = await testDatabase()
  const { home, remove } = await temporaryHome()
  const env = {
    DATABASE_URL: url,
    TITANFORGE_HOME: home,
    DATABASE_POOL: '5',
    TRUST_PROXY: 'loopback',
  }
  one = await startServer(env)
  other = await startServer(env)
  clean = async () => {
    await Promise.all([one.end('SIGTERM'), other.end('SIGTERM')])
    await drop()
    await remove()
    refuseSecretsIn([one.output(), other.output()])
  }
})
test.after.always(() => clean())

test('security 5: two server processes count tries together', async (t) => {
  const { email } = await person(one, 'counted@example.com')
  const { email: stranger } = await person(one, 'stranger@example.com')
  const wrong = { email, password: 'a wrong password' }
  for (let n = 0; n < 10; n++) t.is((await logIn(n % 2 ? one : other, wrong)).status, 401)
  for (const server of [one, other]) {
    t.is((await logIn(server, wrong)).status, 429)
    const right = await logIn(server, { email })
    t.is(right.status, 429)
    t.truthy(right.headers.get('retry-after'))
    const elsewhere = await logIn(server, { email: stranger }, { 'x-forwarded-for': '203.0.113.4' })
    t.is(elsewhere.status, 200)
  }
})

test('security 13: a log-out in one process is one in the other, with the very next call', async (t) => {
  const { email } = await person(one, 'out@example.com')
  for (let n = 0; n < 5; n++) {
    const { accessToken, refreshToken } = tokensOf(await logIn(one, { email }))
    t.is((await me(other, accessToken)).status, 200)
    await ask(one.url, '/api/auth/logout', { method: 'POST', token: accessToken })
    t.is((await me(other, accessToken)).status, 401)
    t.is((await refresh(other, refreshToken)).status, 401)
  }
})

test('security 9: a password that was changed in one process ends sessions in the other', async (t) => {
  const { email, accessToken } = await person(one, 'changed@example.com')
  const stolen = tokensOf(await logIn(other, { email }))
  const body = { currentPassword: PASSWORD, newPassword: 'another good password' }
  t.is((await ask(one.url, '/api/auth/password', { body, token: accessToken })).status, 200)
  t.is((await me(other, stolen.accessToken)).status, 401)
  t.is((await refresh(other, stolen.refreshToken)).status, 401)
})

// Alone, since it has to be done within the grace.
test.serial(
  'security 16: refreshes of one token in two processes make one live successor',
  async (t) => {
    const { refreshToken } = await person(one, 'twice@example.com')
    const tries = Array.from({ length: 20 }, (_, n) => refresh(n % 2 ? one : other, refreshToken))
    const answers = await Promise.all(tries)
    t.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
    t.is(new Set(answers.map((answer) => tokensOf(answer).refreshToken)).size, 1)
  },
)

test('security 36: a key that one process answered is known to the other', async (t) => {
  const { accessToken: token } = await person(one, 'once@example.com')
  const resend = (server: Server) =>
    ask(server.url, '/api/auth/verify/resend', {
      method: 'POST',
      token,
      headers: { 'idempotency-key': 'one' },
    })
  t.is((await resend(one)).headers.get('idempotent-replayed'), null)
  t.is((await resend(other)).headers.get('idempotent-replayed'), 'true')
})
