import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { runToEnd, startServer, temporaryHome, type Server } from './programs.js'

const json = { 'content-type': 'application/json' }
const account = { email: 'ada@example.com', password: 'correct horse battery' }
const post = (server: Server, path: string, body: unknown) =>
  fetch(server.url + path, { method: 'POST', headers: json, body: JSON.stringify(body) })

test.serial(
  'with nothing configured it says what is real, local and off, stops cleanly, and keeps its data',
  async (t) => {
    const { home, remove } = await temporaryHome()
    t.teardown(remove)
    const env = { TITANFORGE_HOME: home }
    const first = await startServer(env)
    for (const line of [
      /PostgreSQL +local .*DATABASE_URL/,
      /Stripe webhooks +local .*STRIPE_WEBHOOK_SECRET/,
      /Stripe API +off .*STRIPE_SECRET_KEY/,
      /E-mail +local .*SMTP_URL/,
      /Log-in tokens +local .*JWT_SECRET/,
      /GitHub log-in +off .*GITHUB_CLIENT_ID/,
      /Discord alerts +off .*DISCORD_WEBHOOK_URL/,
      /Discord command +off .*DISCORD_OPERATORS/,
    ]) {
      t.regex(first.output(), line)
    }
    t.is((await post(first, '/api/auth/register', account)).status, 202)
    await waitFor(async () => (await post(first, '/api/auth/login', account)).status === 200)
    t.is(await first.end('SIGINT'), 0)
    t.notRegex(first.output(), /rror/)

    const second = await startServer(env)
    t.is((await post(second, '/api/auth/login', account)).status, 200)
    t.is(await second.end('SIGTERM'), 0)
  },
)

test.serial(
  'the secrets that it makes are its own, private to its user, and never printed',
  async (t) => {
    const { home, remove } = await temporaryHome()
    t.teardown(remove)
    const server = await startServer({ TITANFORGE_HOME: home, LOG_LEVEL: 'debug' })
    t.teardown(() => server.end('SIGTERM'))
    const file = join(home, 'secrets.json')
    t.is((await stat(file)).mode & 0o777, 0o600)
    for (const secret of Object.values(
      JSON.parse(await readFile(file, 'utf8')) as Record<string, string>,
    )) {
      t.false(server.output().includes(secret))
    }
  },
)

test.serial('answers bad requests with what to do about them', async (t) => {
  const { home, remove } = await temporaryHome()
  t.teardown(remove)
  const server = await startServer({ TITANFORGE_HOME: home })
  t.teardown(() => server.end('SIGTERM'))
  const codeOf = async (response: Response) => {
    const { error } = (await response.json()) as { error: { code: string; requestId: string } }
    t.truthy(error.requestId)
    return `${response.status} ${error.code}`
  }
  t.is(await codeOf(await fetch(`${server.url}/nowhere`)), '404 ROUTE_NOT_FOUND')
  const broken = { method: 'POST', headers: json, body: '{"email":' }
  t.is(await codeOf(await fetch(`${server.url}/api/auth/register`, broken)), '400 BODY_NOT_JSON')
  t.is(
    await codeOf(await fetch(`${server.url}/webhooks/stripe`, { method: 'POST', body: '{}' })),
    '400 WEBHOOK_SIGNATURE_INVALID',
  )
  t.is(await codeOf(await fetch(`${server.url}/api/entitlements`)), '401 UNAUTHENTICATED')
  t.is((await fetch(`${server.url}/healthz`)).status, 200)
  t.is((await fetch(`${server.url}/readyz`)).status, 200)
  t.is((await fetch(`${server.url}/dev/mail`)).status, 200)
})

test.serial(
  'reports every configuration error together, by name, before anything starts',
  async (t) => {
    const { home, remove } = await temporaryHome()
    t.teardown(remove)
    const { status, output } = await runToEnd('main', [], {
      TITANFORGE_HOME: home,
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      JWT_SECRET: 'short',
      STRIPE_WEBHOOK_SECRET: ' ',
      DATABASE_URL: 'mysql://localhost',
      SMTP_URL: 'nonsense',
      DISCORD_WEBHOOK_URL: 'https://discord.com/nonsense',
      DISCORD_OPERATORS: 'ada',
    })
    t.is(status, 1)
    for (const name of [
      'PORT',
      'LOG_LEVEL',
      'JWT_SECRET',
      'STRIPE_WEBHOOK_SECRET',
      'DATABASE_URL',
      'SMTP_URL',
      'DISCORD_WEBHOOK_URL',
      'DISCORD_OPERATORS',
    ]) {
      t.regex(output, new RegExp(`\\(${name}\\)`))
    }
    t.notRegex(output, /short\b|nonsense|eighty/)
    await t.throwsAsync(stat(join(home, 'postgres')))
  },
)

test.serial('the commands tell of themselves without a database', async (t) => {
  const { home, remove } = await temporaryHome()
  t.teardown(remove)
  const env = { TITANFORGE_HOME: home, DATABASE_URL: 'postgres://127.0.0.1:1/none' }
  const all = await runToEnd('forge', ['--help'], env)
  t.is(all.status, 0, all.output)
  t.regex(all.output, /^user:create .*: /m)
  const one = await runToEnd('forge', ['user:create', '--help'], env)
  t.is(one.status, 0, one.output)
  t.regex(one.output, /Usage: user:create .*\nOptions:\n +--superuser/)
})

test.serial('in production, missing secrets stop the start', async (t) => {
  const { home, remove } = await temporaryHome()
  t.teardown(remove)
  const { status, output } = await runToEnd('main', [], {
    TITANFORGE_HOME: home,
    NODE_ENV: 'production',
  })
  t.is(status, 1)
  t.regex(output, /JWT_SECRET/)
  t.regex(output, /STRIPE_WEBHOOK_SECRET/)
})

test.serial('damaged secrets of its own are one clear error among the others', async (t) => {
  const { home, remove } = await temporaryHome()
  t.teardown(remove)
  await writeFile(join(home, 'secrets.json'), '{"jwt')
  const { status, output } = await runToEnd('main', [], { TITANFORGE_HOME: home, PORT: 'eighty' })
  t.is(status, 1)
  t.regex(output, /JWT_SECRET\): .*secrets\.json is damaged/)
  t.regex(output, /\(PORT\)/)
})
