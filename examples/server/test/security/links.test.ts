import test from 'ava'
import { startApplication, type Application } from './application.js'
import { ask } from './browser.js'
import {
  logIn,
  mailsTo,
  mailTo,
  me,
  PASSWORD,
  person,
  refresh,
  register,
  session,
  someAddress,
  tokenIn,
} from './people.js'

let app: Application
test.before(async () => {
  app = await startApplication()
})
test.after.always(() => app.stop())

const NEW = 'another good password'
const forgot = (email: string, headers = {}) =>
  ask(app.url, '/api/auth/password/forgot', { body: { email }, headers })
const reset = (token: string, password = NEW) =>
  ask(app.url, '/api/auth/password/reset', { body: { token, password } })
const verify = (token: string) => ask(app.url, '/api/auth/verify', { body: { token } })
const confirm = (token: string) => ask(app.url, '/api/auth/email/confirm', { body: { token } })
const move = (token: string, body: object) => ask(app.url, '/api/auth/email', { token, body })

const userRow = async (email: string) =>
  (await app.db.query('SELECT * FROM users WHERE lower(email) = lower($1)', [email]))[0]
const shown = ({ status, body }: Awaited<ReturnType<typeof ask>>) => ({ status, body })

test('security 4: a known address gets the answer of a new one, its owner a mail, and no row changes', async (t) => {
  const { email } = await person(app)
  const before = await userRow(email)
  const known = await register(app, { email: email.toUpperCase(), password: NEW, fullName: 'Eve' })
  t.deepEqual(shown(known), shown(await register(app, { email: someAddress() })))
  t.is(known.status, 202)
  t.deepEqual(await userRow(email), before)
  t.regex((await mailTo(app, email, /have an account/)).text, /Nothing has changed/)
  t.deepEqual(shown(await forgot(email)), shown(await forgot(someAddress())))
  t.deepEqual(await userRow(email), before)
  t.is((await logIn(app, { email, password: NEW })).status, 401)
})

test('an address is verified by the link that went there, once', async (t) => {
  const one = await person(app)
  t.is((await me(app, one.accessToken)).body['emailVerified'], false)
  const token = tokenIn(await mailTo(app, one.email, /Confirm your address/))
  t.is((await verify(`${token.slice(0, -1)}x`)).status, 400)
  t.is((await verify(token)).status, 200)
  t.is((await me(app, one.accessToken)).body['emailVerified'], true)
  t.is((await verify(token)).status, 400)
})

test('security 8: a reset link is 256 bits, hashed, of the configured host, and works once', async (t) => {
  const { email, id } = await person(app)
  t.is(
    (await forgot(email, { host: 'evil.example', 'x-forwarded-host': 'evil.example' })).status,
    202,
  )
  const mail = await mailTo(app, email, /new password/)
  t.true(mail.text.includes(`${app.url}/auth/reset#`))
  t.false((mail.text + mail.html).includes('evil'))
  const token = tokenIn(mail)
  t.is(Buffer.from(token, 'base64url').length, 32)
  const everything = await app.db.query<{ row: string }>(
    `SELECT one_time_tokens::text AS row FROM one_time_tokens UNION ALL SELECT events::text FROM events
     UNION ALL SELECT notifications::text FROM notifications`,
  )
  t.false(everything.some(({ row }) => row.includes(token)))
  const [row] = await app.db.query<{ minutes: number }>(
    `SELECT extract(epoch FROM expires_at - created_at)::int / 60 AS minutes FROM one_time_tokens
     WHERE user_id = $1 AND purpose = 'reset'`,
    [id],
  )
  t.true((row?.minutes ?? 99) <= 60)
  t.is((await reset(token)).status, 200)
  t.is((await reset(token, 'yet another password')).status, 400)
  t.is((await logIn(app, { email, password: NEW })).status, 200)
})

test('security 8: an older reset link is void when a newer one is sent', async (t) => {
  const { email } = await person(app)
  await forgot(email)
  const older = tokenIn(await mailTo(app, email, /new password/))
  await forgot(email)
  t.is((await reset(older)).status, 400)
})

test('security 8: a reset link that is too old is void', async (t) => {
  const { email, id } = await person(app)
  await forgot(email)
  const token = tokenIn(await mailTo(app, email, /new password/))
  await app.db.query('UPDATE one_time_tokens SET expires_at = now() WHERE user_id = $1', [id])
  t.is((await reset(token)).status, 400)
})

test('security 8: a link that confirms an address is void when it is too old', async (t) => {
  const { email, id, accessToken } = await person(app)
  const verification = tokenIn(await mailTo(app, email, /Confirm your address/))
  const other = someAddress()
  await move(accessToken, { email: other })
  const change = tokenIn(await mailTo(app, other, /new address/))
  await app.db.query('UPDATE one_time_tokens SET expires_at = now() WHERE user_id = $1', [id])
  t.is((await verify(verification)).status, 400)
  t.is((await confirm(change)).status, 400)
  t.like(await userRow(email), { id, email_verified_at: null })
})

test('security 8: a token is good for its own purpose only', async (t) => {
  const { email, accessToken } = await person(app)
  const verification = tokenIn(await mailTo(app, email, /Confirm your address/))
  t.is((await reset(verification)).status, 400)
  t.is((await confirm(verification)).status, 400)
  t.is((await reset(accessToken)).status, 422)
  t.is((await me(app, verification)).status, 401)
})

test('security 8: of ten who use a reset link at once, one sets the password', async (t) => {
  const { email } = await person(app)
  await forgot(email)
  const token = tokenIn(await mailTo(app, email, /new password/))
  const tries = Array.from({ length: 10 }, (_, n) => reset(token, `a good password ${n}`))
  const statuses = (await Promise.all(tries)).map(({ status }) => status)
  t.is(statuses.filter((status) => status === 200).length, 1)
  t.is(statuses.filter((status) => status === 400).length, 9)
})

test('security 9: a reset ends every session', async (t) => {
  const one = await person(app)
  const other = await session(app, one.email)
  await forgot(one.email)
  t.is((await reset(tokenIn(await mailTo(app, one.email, /new password/)))).status, 200)
  for (const { accessToken, refreshToken } of [one, other]) {
    t.is((await me(app, accessToken)).status, 401)
    t.is((await refresh(app, refreshToken)).status, 401)
  }
})

test('security 10: an address changes with the password, a link to the new one, and a note to the old one', async (t) => {
  const one = await person(app)
  const email = someAddress()
  await forgot(one.email)
  const oldReset = tokenIn(await mailTo(app, one.email, /new password/))
  t.is((await move(one.accessToken, { email, currentPassword: 'a wrong password' })).status, 403)
  t.is((await move(one.accessToken, { email, currentPassword: PASSWORD })).status, 202)
  t.like(await userRow(one.email), { id: one.id })
  const token = tokenIn(await mailTo(app, email, /new address/))
  t.is((await confirm(token)).status, 200)
  t.like(await userRow(email), { id: one.id })
  t.is(await userRow(one.email), undefined)
  t.regex((await mailTo(app, one.email, /was changed/)).text, new RegExp(email))
  t.is((await confirm(token)).status, 400)
  t.is((await reset(oldReset)).status, 400)
  t.is((await logIn(app, { email })).status, 200)
})

test('security 10: without the password, the log-in has to be fresh', async (t) => {
  const one = await person(app)
  await app.db.query(
    "UPDATE sessions SET created_at = now() - interval '11 minutes' WHERE user_id = $1",
    [one.id],
  )
  const stale = await move(one.accessToken, { email: someAddress() })
  t.deepEqual([stale.status, stale.body.error?.code], [403, 'LOGIN_NOT_FRESH'])
  const fresh = await session(app, one.email)
  t.is((await move(fresh.accessToken, { email: someAddress() })).status, 202)
})

test('security 10: a taken address gets the same answer, its owner a mail, and the account stays', async (t) => {
  const one = await person(app)
  const other = await person(app)
  t.is((await move(one.accessToken, { email: other.email })).status, 202)
  await mailTo(app, other.email, /have an account/)
  t.like(await userRow(one.email), { id: one.id })
  t.false((await mailsTo(app, other.email)).some(({ subject }) => /new address/.test(subject)))
})

test('security 10: an address that was taken in the meantime is refused, and nothing changes', async (t) => {
  const one = await person(app)
  const email = someAddress()
  await move(one.accessToken, { email })
  const token = tokenIn(await mailTo(app, email, /new address/))
  await register(app, { email })
  t.is((await confirm(token)).status, 409)
  t.like(await userRow(one.email), { id: one.id })
})

test('security 10: a new password voids a move that somebody else has begun', async (t) => {
  const one = await person(app)
  const email = someAddress()
  await move(one.accessToken, { email })
  const theft = tokenIn(await mailTo(app, email, /new address/))
  await forgot(one.email)
  t.is((await reset(tokenIn(await mailTo(app, one.email, /new password/)))).status, 200)
  t.is((await confirm(theft)).status, 400)
  t.like(await userRow(one.email), { id: one.id })
})

test('security 10: an operator who takes a squatted account over voids the move that the squatter began', async (t) => {
  const squatter = await person(app)
  const email = someAddress()
  await move(squatter.accessToken, { email })
  const theft = tokenIn(await mailTo(app, email, /new address/))
  await app.forge.command(['user:create', squatter.email, '--superuser'], () => undefined)
  t.is((await confirm(theft)).status, 400)
  t.like(await userRow(squatter.email), { id: squatter.id, is_superuser: true })
})

test('security 21: who registers an address of somebody else leaves no way in behind', async (t) => {
  const { accessToken: token } = await person(app)
  const key = await ask(app.url, '/api/auth/keys', { token, body: { name: 'later' } })
  t.deepEqual([key.status, key.body.error?.code], [403, 'EMAIL_UNVERIFIED'])
})

test('security 39: links are good only as they were sent', async (t) => {
  const { email } = await person(app)
  const token = tokenIn(await mailTo(app, email, /Confirm your address/))
  for (const changed of [token.toLowerCase(), `${token}A`, token.slice(1), 'A'.repeat(43)]) {
    t.is((await verify(changed)).status, 400)
  }
  t.is((await verify(token)).status, 200)
})

test('security 39: line breaks and markup in a name reach no header and no mail as such', async (t) => {
  const email = someAddress()
  const crlf = { email, fullName: 'Eve\r\nBcc: evil@example.com' }
  t.is((await register(app, crlf)).status, 422)
  t.is((await register(app, { email, fullName: '<img src=x onerror=alert(1)>' })).status, 202)
  const { html } = await mailTo(app, email, /Confirm your address/)
  t.false(html.includes('<img'))
  t.true(html.includes('&lt;img'))
})

test('the pages of the links run no script but their own', async (t) => {
  for (const name of ['verify', 'reset', 'email']) {
    const { status, headers, text } = await ask(app.url, `/auth/${name}`)
    t.is(status, 200)
    t.regex(headers.get('content-security-policy') ?? '', /script-src 'self'/)
    t.is(headers.get('referrer-policy'), 'no-referrer')
    t.regex(text, /<script src="\/auth\/page\.js" defer><\/script>/)
  }
  t.regex((await ask(app.url, '/auth/page.js')).headers.get('content-type') ?? '', /javascript/)
})
