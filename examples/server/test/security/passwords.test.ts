import { getRounds, hash } from 'bcrypt'
import test from 'ava'
import { startApplication, type Application } from './application.js'
import { ask } from './browser.js'
import {
  logIn,
  mailTo,
  me,
  PASSWORD,
  person,
  register,
  session,
  someAddress,
  tokenIn,
  tokensOf,
} from './people.js'

let app: Application
test.before(async () => {
  app = await startApplication({
    auth: { passwordCost: 6 },
  })
})
test.after.always(() => app.stop())

for (const [what, password] of [
  ['73 bytes', `${'x'.repeat(72)}y`],
  ['25 euro signs', '€'.repeat(25)],
  ['a NUL inside', `before\0${'after'.repeat(3)}`],
] as const) {
  test(`security 1: a password of ${what} counts as a whole`, async (t) => {
    const email = someAddress()
    t.is((await register(app, { email, password })).status, 202)
    t.is((await logIn(app, { email, password })).status, 200)
    const bytes = Buffer.from(password)
    const beginnings = [bytes.subarray(0, 72), bytes.subarray(0, bytes.indexOf(0))]
    for (const beginning of beginnings) {
      const shorter = beginning.toString('utf8').replaceAll('\uFFFD', '')
      if (shorter === password) continue
      t.is((await logIn(app, { email, password: shorter })).status, 401)
    }
    t.is((await logIn(app, { email, password: `${password}x` })).status, 401)
  })
}

for (const password of [
  'short',
  '1234567',
  'password',
  'Password1',
  'iloveyou',
  'qwertyuiop',
  'BASEBALL1',
]) {
  test(`security 2: "${password}" is refused, to register and to reset`, async (t) => {
    const email = someAddress()
    t.is((await register(app, { email, password })).status, 422)
    const known = await person(app)
    await ask(app.url, '/api/auth/password/forgot', { body: { email: known.email } })
    const token = tokenIn(await mailTo(app, known.email, /new password/))
    const reset = await ask(app.url, '/api/auth/password/reset', { body: { token, password } })
    t.is(reset.status, 422)
    t.false(reset.text.includes(token))
    const change = { currentPassword: PASSWORD, newPassword: password }
    const changed = await ask(app.url, '/api/auth/password', {
      body: change,
      token: known.accessToken,
    })
    t.is(changed.status, 422)
    t.is((await logIn(app, { email: known.email })).status, 200)
  })
}

for (const [what, password] of [
  ['64 characters', 'k3 '.repeat(21) + 'z'],
  ['200 characters', 'ab c'.repeat(50)],
  ['spaces at both ends', '  in between  '],
  ['other scripts', 'пароль и 鍵 🦊🦊'],
] as const) {
  test(`security 2: a password with ${what} is taken as it is`, async (t) => {
    const email = someAddress()
    t.is((await register(app, { email, password })).status, 202)
    t.is((await logIn(app, { email, password })).status, 200)
    t.is(
      (await logIn(app, { email, password: [...password.trim()].slice(0, -1).join('') })).status,
      401,
    )
  })
}

// Serial, so that nothing else is asked of the server meanwhile.
test.serial(
  'security 3: an unknown address and a wrong password get the same answer in the same time',
  async (t) => {
    t.timeout(300_000)
    const { email } = await person(app)
    const wrong = () => logIn(app, { email, password: 'a wrong password' })
    const unknown = () => logIn(app, { email: someAddress(), password: 'a wrong password' })
    const shown = async (attempt: () => ReturnType<typeof logIn>) => {
      const { status, headers, body } = await attempt()
      const kept = [...headers].filter(([name]) => !CHANGING.includes(name))
      return { status, headers: kept, body: { ...body.error, requestId: '' } }
    }
    t.deepEqual(await shown(unknown), await shown(wrong))

    // Whatever else the machine does falls on both; a round that it disturbed is taken again.
    let difference = 1
    for (let round = 0; round < 5 && difference >= 0.1; round++) {
      const times: [number[], number[]] = [[], []]
      for (let n = 0; n < 200; n++) {
        for (const [index, attempt] of [wrong, unknown].entries()) {
          const begin = performance.now()
          await attempt()
          times[index]?.push(performance.now() - begin)
        }
      }
      const [one, other] = [median(times[0]), median(times[1])]
      difference = Math.abs(one - other) / Math.max(one, other)
      t.log(`medians ${one.toFixed(1)} ms and ${other.toFixed(1)} ms`)
    }
    t.true(difference < 0.1, `the medians differ by ${(difference * 100).toFixed(1)} %`)
  },
)

const CHANGING = ['date', 'x-request-id', 'ratelimit-remaining', 'ratelimit-reset']
const median = (numbers: number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

test('security 7: a log-in rewrites a hash of lower cost, a failed one does not', async (t) => {
  const { id, email } = await person(app)
  const cheap = await hash(PASSWORD, 4)
  await app.db.query('UPDATE users SET hashed_password = $2 WHERE id = $1', [id, cheap])
  const stored = async () => {
    const [row] = await app.db.query<{ hash: string }>(
      'SELECT hashed_password AS hash FROM users WHERE id = $1',
      [id],
    )
    return row?.hash ?? ''
  }
  t.is((await logIn(app, { email, password: 'a wrong password' })).status, 401)
  t.is(await stored(), cheap)
  t.is((await logIn(app, { email })).status, 200)
  t.is(getRounds(await stored()), 6)
  const rewritten = await stored()
  t.is((await logIn(app, { email })).status, 200)
  t.is(await stored(), rewritten)
})

test('security 9: a change of password ends every token but those of the changing session', async (t) => {
  const one = await person(app)
  const other = await session(app, one.email)
  const body = { currentPassword: PASSWORD, newPassword: 'another good password' }
  const changed = await ask(app.url, '/api/auth/password', { body, token: one.accessToken })
  t.is(changed.status, 200)
  for (const token of [one.accessToken, other.accessToken]) t.is((await me(app, token)).status, 401)
  t.is((await me(app, tokensOf(changed).accessToken)).status, 200)
  const refreshed = (refreshToken: string) =>
    ask(app.url, '/api/auth/refresh', { body: { refreshToken } })
  t.is((await refreshed(other.refreshToken)).status, 401)
  t.is((await refreshed(one.refreshToken)).status, 200)
  t.is((await logIn(app, { email: one.email })).status, 401)
  t.is((await logIn(app, { email: one.email, password: 'another good password' })).status, 200)
  t.regex((await mailTo(app, one.email, /password .*was changed/)).text, /was not you/)
})

test('a change of password needs the current one, however fresh the log-in', async (t) => {
  const { accessToken, email } = await person(app)
  for (const currentPassword of [undefined, 'a wrong password']) {
    const body = { currentPassword, newPassword: 'another good password' }
    t.is((await ask(app.url, '/api/auth/password', { body, token: accessToken })).status, 403)
  }
  t.is((await logIn(app, { email })).status, 200)
})
