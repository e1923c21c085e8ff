import { createHmac, generateKeyPairSync } from 'node:crypto'
import { Guard } from '@titanforge/http'
import test from 'ava'
import fc from 'fast-check'
import jwt from 'jsonwebtoken'
import { login, me, register, rowsOf, SECRET, startApp, type App } from './app.js'

let app: App
let id: string
let token: string
let header: { alg: string; typ: string; kid: string }
let sid: string
const email = 'ada@example.com'
const password = 'correct horse battery'

async function account(address: string): Promise<{ id: string; token: string }> {
  await register(app, { email: address, password })
  const [row] = await rowsOf(app, address)
  const { body } = await login(app, { email: address, password })
  return { id: row?.id ?? '', token: body.accessToken as string }
}

test.before(async () => {
  app = await startApp()
  ;({ id, token } = await account(email))
  const [head = '', payload = ''] = token.split('.')
  header = JSON.parse(Buffer.from(head, 'base64url').toString()) as typeof header
  ;({ sid } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string })
})
test.after.always(() => app.stop())

const now = Math.floor(Date.now() / 1000)
const claims = () => ({
  sub: id,
  sid,
  ver: 0,
  iss: 'titanforge',
  aud: 'titanforge-api',
  iat: now,
  exp: now + 600,
})
const sign = (payload: object, changed: object = {}, secret = SECRET) =>
  jwt.sign(payload, secret, { header: { ...header, ...changed } })
const encode = (value: string | object) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
/** Signs what no library would, with our secret. */
function signText(header: string | object, payload: string | object): string {
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`
}
const without = (claim: string) =>
  Object.fromEntries(Object.entries(claims()).filter(([name]) => name !== claim))

test('security 11: a token made by hand like ours is taken, so the refusals below have one reason each', async (t) => {
  t.is((await me(app, `Bearer ${sign(claims())}`)).status, 200)
})

test('the scheme may be written in lower case', async (t) => {
  t.is((await me(app, `bearer ${token}`)).status, 200)
})

test('security 12: a token that expired within the leeway, which is less than 30 s, is taken', async (t) => {
  t.is(
    (await me(app, `Bearer ${sign({ ...claims(), exp: Math.floor(Date.now() / 1000) - 2 })}`))
      .status,
    200,
  )
})

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const bad: Record<string, () => string> = {
  'no token': () => '',
  'another scheme': () => `Basic ${token}`,
  'no scheme': () => token,
  'a token and more': () => `Bearer ${token} ${token}`,
  'alg none': () => `Bearer ${encode({ ...header, alg: 'none' })}.${encode(claims())}.`,
  'alg None': () => `Bearer ${encode({ ...header, alg: 'None' })}.${encode(claims())}.`,
  'alg none with our signature': () =>
    `Bearer ${encode({ ...header, alg: 'none' })}.${encode(claims())}.${token.split('.')[2]}`,
  'another algorithm of the same secret': () => `Bearer ${sign(claims(), { alg: 'HS512' })}`,
  'an RSA key': () =>
    `Bearer ${jwt.sign(claims(), privateKey, { algorithm: 'RS256', header: { ...header, alg: 'RS256' } })}`,
  'an HMAC keyed with the public key of an RSA pair': () =>
    `Bearer ${sign(claims(), {}, publicKey.export({ type: 'spki', format: 'pem' }).toString())}`,
  'another secret': () =>
    `Bearer ${sign(claims(), {}, 'another secret, also long enough to be one')}`,
  'a changed payload': () =>
    `Bearer ${token.split('.')[0]}.${encode(claims())}.${token.split('.')[2]}`,
  'no key id': () => `Bearer ${sign(claims(), { kid: undefined })}`,
  'an unknown key id': () => `Bearer ${sign(claims(), { kid: '0'.repeat(12) })}`,
  'a key id that is a path': () => `Bearer ${sign(claims(), { kid: '../../dev/null' })}`,
  'an address of key sets': () => `Bearer ${sign(claims(), { jku: 'https://evil.example' })}`,
  'a key of its own': () => `Bearer ${sign(claims(), { jwk: { kty: 'oct', k: encode('x') } })}`,
  'an address of a key': () => `Bearer ${sign(claims(), { x5u: 'https://evil.example' })}`,
  'another type': () => `Bearer ${sign(claims(), { typ: 'JWT' })}`,
  'another type, as of a refresh token': () => `Bearer ${sign(claims(), { typ: 'refresh+jwt' })}`,
  'no expiry': () => `Bearer ${sign(without('exp'))}`,
  'an expiry that is no number': () => `Bearer ${signText(header, { ...claims(), exp: 'never' })}`,
  'an expiry 31 s ago': () =>
    `Bearer ${sign({ ...claims(), exp: Math.floor(Date.now() / 1000) - 31 })}`,
  'a beginning in a minute': () =>
    `Bearer ${sign({ ...claims(), nbf: Math.floor(Date.now() / 1000) + 60 })}`,
  'another issuer': () => `Bearer ${sign({ ...claims(), iss: 'somebody' })}`,
  'no issuer': () => `Bearer ${sign(without('iss'))}`,
  'another audience': () => `Bearer ${sign({ ...claims(), aud: 'another-api' })}`,
  'no audience': () => `Bearer ${sign(without('aud'))}`,
  'no subject': () => `Bearer ${sign(without('sub'))}`,
  'no session': () => `Bearer ${sign(without('sid'))}`,
  'a session that is no id': () => `Bearer ${sign({ ...claims(), sid: "' OR 1=1" })}`,
  "somebody else's session": () =>
    `Bearer ${sign({ ...claims(), sid: '01890000-0000-7000-8000-000000000000' })}`,
  'no version': () => `Bearer ${sign(without('ver'))}`,
  'another version': () => `Bearer ${sign({ ...claims(), ver: 1 })}`,
  'a subject that is no id': () => `Bearer ${sign({ ...claims(), sub: "' OR 1=1" })}`,
  'an unknown user': () =>
    `Bearer ${sign({ ...claims(), sub: '01890000-0000-7000-8000-000000000000' })}`,
  'a payload that is not JSON': () => `Bearer ${signText(header, '{')}`,
  'a payload that is not JSON, of the usual type': () =>
    `Bearer ${signText({ ...header, typ: 'JWT' }, '{')}`,
  'a header that is not JSON': () => `Bearer ${signText('{', claims())}`,
  'two algorithms, the last none': () =>
    `Bearer ${signText(`{"alg":"HS256","typ":"at+jwt","kid":"${header.kid}","alg":"none"}`, claims())}`,
  'two algorithms, the last ours': () =>
    `Bearer ${signText(`{"alg":"none","typ":"at+jwt","kid":"${header.kid}","alg":"HS256"}`, claims())}`,
  'another order of the header': () =>
    `Bearer ${signText(`{"kid":"${header.kid}","typ":"at+jwt","alg":"HS256"}`, claims())}`,
  'a payload that is a string': () => `Bearer ${signText(header, '"text"')}`,
}
/** Line 11 of the security rules is about forged headers and signatures, line 12 about claims. */
const lineOf = (what: string) => (CLAIMS.test(what) ? 12 : 11)
const CLAIMS = /expiry|beginning|issuer|audience|subject|session|version|unknown user|type/

for (const [what, authorization] of Object.entries(bad)) {
  test(`security ${lineOf(what)}: ${what} is 401`, async (t) => {
    const answered = await me(app, authorization())
    t.deepEqual([answered.status, answered.body.error?.code], [401, 'UNAUTHENTICATED'])
    t.is(answered.headers.get('www-authenticate'), 'Bearer')
  })
}

test('security 14: a disabled account is out with the next call, and in again', async (t) => {
  const { id, token } = await account('disabled@example.com')
  const active = (value: boolean) =>
    app.db.query('UPDATE users SET is_active = $2 WHERE id = $1', [id, value])
  await active(false)
  t.is((await me(app, `Bearer ${token}`)).status, 401)
  await active(true)
  t.is((await me(app, `Bearer ${token}`)).status, 200)
})

const caller = { ip: '127.0.0.1', requestId: 'test' }

test('security 14: a deleted account is out with the next call, and its events stay', async (t) => {
  const { id, token } = await account('deleted@example.com')
  await app.db.query('DELETE FROM users WHERE id = $1', [id])
  t.is((await me(app, `Bearer ${token}`)).status, 401)
  const events = await app.db.query<{ user_id: string | null }>(
    "SELECT user_id FROM events WHERE payload->>'userId' = $1",
    [id],
  )
  t.true(events.length >= 2)
  t.true(events.every(({ user_id }) => user_id === null))
})

test('who is a superuser is what the database says now', async (t) => {
  const { id, token } = await account('root@example.com')
  const guard = app.forge.get(Guard)
  const sessionId = (jwt.decode(token) as { sid: string }).sid
  t.deepEqual(await guard.identify(`Bearer ${token}`, caller), {
    userId: id,
    isSuperuser: false,
    sessionId,
  })
  await app.db.query('UPDATE users SET is_superuser = true WHERE id = $1', [id])
  t.deepEqual(await guard.identify(`Bearer ${token}`, caller), {
    userId: id,
    isSuperuser: true,
    sessionId,
  })
})

test('security 11: whatever is sent, nobody is found and nothing breaks', async (t) => {
  const guard = app.forge.get(Guard)
  const part = fc.oneof(
    fc.string().map(encode),
    fc.json().map(encode),
    fc.string(),
    fc.constant(token.split('.')[0] ?? ''),
  )
  const tokens = fc.oneof(
    fc.string(),
    fc.tuple(part, part, fc.string()).map((parts) => parts.join('.')),
  )
  await fc.assert(
    fc.asyncProperty(tokens, async (token) => {
      t.is(await guard.identify(`Bearer ${token}`, caller), undefined)
    }),
    { numRuns: 1000 },
  )
})

test('security 11: no character of a token can be changed', async (t) => {
  const guard = app.forge.get(Guard)
  const position = fc.nat({ max: token.length - 1 })
  const character = fc.constantFrom(...Array.from('ABCDEFabcdef0123456789-_.'))
  await fc.assert(
    fc.asyncProperty(position, character, async (at, other) => {
      const changed = token.slice(0, at) + other + token.slice(at + 1)
      // The last character's spare bits mean nothing in base64.
      fc.pre(changed !== token && at < token.length - 1)
      t.is(await guard.identify(`Bearer ${changed}`, caller), undefined)
    }),
  )
})
