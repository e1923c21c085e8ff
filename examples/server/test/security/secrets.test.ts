import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import test from 'ava'
import { JWT_SECRET, startApplication, WEBHOOK_SECRET } from './application.js'
import { ask, Browser } from './browser.js'
import { CLIENT, startGithub } from './github-stand-in.js'
import { mailTo, me, person, refresh, someAddress, tokenIn, tokensOf } from './people.js'

test('security 35: no secret that was used is in a log, an error, or what inspect shows', async (t) => {
  const github = await startGithub()
  github.account = {
    id: 7,
    login: 'ada',
    emails: [{ email: someAddress(), verified: true, primary: true }],
  }
  const app = await startApplication({ auth: { github: { ...CLIENT, baseUrl: github.url } } })
  t.teardown(async () => {
    await app.stop()
    await github.close()
  })
  const secrets = new Set([JWT_SECRET, WEBHOOK_SECRET, CLIENT.clientSecret])
  const password = new URL(app.databaseUrl).password
  if (password) secrets.add(password)
  const secret = (value: string) => {
    t.true(value.length > 10)
    secrets.add(value)
    return value
  }
  const errors: string[] = []
  const post = async (path: string, body: object, token?: string) => {
    const answered = await ask(app.url, path, { body, token })
    if (answered.status >= 400) errors.push(answered.text)
    return answered
  }

  const email = someAddress()
  const first = secret(`first ${randomUUID()}`)
  await post('/api/auth/register', { email, password: first })
  await post('/api/auth/verify', { token: secret(tokenIn(await mailTo(app, email, /Confirm/))) })
  await post('/api/auth/login', { email, password: secret(`wrong ${randomUUID()}`) })
  const tokens = tokensOf(await post('/api/auth/login', { email, password: first }))
  const { accessToken, refreshToken } = tokens
  secret(accessToken)
  secret(accessToken.split('.')[2] ?? '')
  secret(tokensOf(await refresh(app, secret(refreshToken))).refreshToken)
  await me(app, `${accessToken}x`)
  const key = (await post('/api/auth/keys', { name: 'key' }, accessToken)).body['key'] as string
  await me(app, secret(key))
  await ask(app.url, `/api/auth/me?key=${key}`)
  await post('/api/auth/password/forgot', { email })
  const reset = secret(tokenIn(await mailTo(app, email, /new password/)))
  await post('/api/auth/password/reset', { token: reset, password: 'short' })
  const second = secret(`second ${randomUUID()}`)
  await post('/api/auth/password/reset', { token: reset, password: second })
  await post('/api/auth/password/reset', { token: reset, password: second })
  await post('/api/auth/refresh', { refreshToken: secret(randomUUID()) })
  await post('/api/auth/verify', { token: secret(randomUUID()), more: true })
  await post('/api/auth/login', { email, password: { nested: secret(randomUUID()) } })
  await post('/api/auth/register', { email, password: second, fullName: 7 })

  const browser = new Browser(app.url)
  for (const broken of [true, false]) {
    const started = await browser.ask('/api/auth/github')
    const address = started.headers.get('location') ?? ''
    secret(new URL(address).searchParams.get('state') ?? '')
    const callback = (await fetch(address, { redirect: 'manual' })).headers.get('location') ?? ''
    if (broken) github.faults.set('/api/v3/user', (r) => void r.writeHead(500).end())
    const { text } = await browser.ask(callback)
    if (broken) errors.push(text)
    github.faults.clear()
  }
  for (const value of browser.cookies.values()) secret(value)
  for (const given of github.secrets) secret(given)
  for (const value of (await person(app)).accessToken.split('.').slice(1)) secret(value)

  const shown = [
    ...app.lines,
    ...errors,
    (await ask(app.url, '/healthz')).text,
    (await ask(app.url, '/readyz')).text,
    inspect(app.forge, { depth: 12, showHidden: true }),
    inspect(app.forge.inspect(), { depth: 12 }),
  ].join('\n')
  // The search means something only where there is much to search.
  const ofRequests = app.lines.filter((line) => line.includes('"requestId"'))
  t.true(app.lines.length > 50)
  t.true(ofRequests.length > 30)
  t.true(errors.length >= 6)
  for (const value of secrets) {
    const at = shown.indexOf(value)
    t.is(at, -1, `${value.slice(0, 4)}…: ${shown.slice(Math.max(0, at - 300), at)}`)
  }
})

test('security 35: an error says code, message and request id, and shows no stack', async (t) => {
  const app = await startApplication()
  t.teardown(() => app.stop())
  await app.db.query('ALTER TABLE users RENAME TO users_away')
  const answered = await ask(app.url, '/api/auth/login', {
    body: { email: someAddress(), password: 'a good password' },
  })
  await app.db.query('ALTER TABLE users_away RENAME TO users')
  t.is(answered.status, 500)
  t.deepEqual(Object.keys(answered.body.error ?? {}).sort(), ['code', 'message', 'requestId'])
  t.is(answered.body.error?.code, 'INTERNAL_ERROR')
  t.notRegex(answered.text, /users|relation|SELECT|\.js|at /)
})
