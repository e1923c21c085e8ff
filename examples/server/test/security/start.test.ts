import test from 'ava'
import { runToEnd, temporaryHome } from '../programs.js'
import { startApplication } from './application.js'

for (const [what, secret] of [
  ['missing', undefined],
  ['of 31 bytes', 'kq7vmz2xkq7vmz2xkq7vmz2xkq7vmz2'],
  ['one letter again and again', 'x'.repeat(64)],
  ['a word again and again', 'secret'.repeat(10)],
  ['a phrase again and again', 'Change-me.Now! '.repeat(3)],
  ['good, with a short one beside it', `kq7vmz2xkq7vmz2xkq7vmz2xkq7vmz2xx,short`],
] as const) {
  test(`security 17: a JWT_SECRET that is ${what} stops the start in production`, async (t) => {
    const { home, remove } = await temporaryHome()
    t.teardown(remove)
    const { status, output } = await runToEnd('main', [], {
      TITANFORGE_HOME: home,
      NODE_ENV: 'production',
      STRIPE_WEBHOOK_SECRET: 'whsec_of_the_tests',
      JWT_SECRET: secret,
    })
    t.is(status, 1)
    t.regex(output, /JWT_SECRET/)
    t.notRegex(output, /STRIPE/)
    if (secret) t.false(output.includes(secret))
  })
}

test('security 17: there is no account that nobody made', async (t) => {
  const app = await startApplication()
  t.teardown(() => app.stop())
  t.deepEqual(await app.db.query('SELECT 1 FROM users'), [])
})
