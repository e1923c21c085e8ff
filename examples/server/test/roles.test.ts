import { readFile } from 'node:fs/promises'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import test from 'ava'
import pg from 'pg'
import Stripe from 'stripe'
import { fixture, runToEnd, startServer, temporaryHome, type Server } from './programs.js'

const SECRET = 'whsec_roles_test'
const { webhooks } = new Stripe('sk_unused')

async function deliver(server: Server): Promise<void> {
  const payloads = (await readFile(fixture('happy-path'), 'utf8')).trim().split('\n')
  for (const payload of payloads) {
    const signature = webhooks.generateTestHeaderString({ payload, secret: SECRET })
    const { status } = await fetch(`${server.url}/webhooks/stripe`, {
      method: 'POST',
      body: payload,
      headers: { 'stripe-signature': signature },
    })
    if (status !== 200) throw new Error(`answered ${status}`)
  }
}

test('web servers take requests, and workers on the same database do the work', async (t) => {
  t.timeout(120_000)
  const [{ url, drop }, { home, remove }] = await Promise.all([testDatabase(), temporaryHome()])
  const db = new pg.Client(url)
  await db.connect()
  const env = {
    DATABASE_URL: url,
    STRIPE_WEBHOOK_SECRET: SECRET,
    STRIPE_SANDBOX: 'off',
    TITANFORGE_HOME: home,
  }
  const web = await startServer(env, 'web')
  const running: Server[] = [web]
  t.teardown(async () => {
    for (const server of running) await server.end('SIGTERM')
    await db.end()
    await drop()
    await remove()
  })
  const count = async (table: string) =>
    Number((await db.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.n)
  await deliver(web)
  t.is(await count('subscriptions'), 0)
  const waiting = await count('event_deliveries')
  t.true(waiting > 0)

  const workers = { ...env, PUBLIC_URL: web.url }
  running.push(
    ...(await Promise.all([startServer(workers, 'worker'), startServer(workers, 'worker')])),
  )
  await waitFor(async () => (await count('event_deliveries')) === 0, { timeoutMs: 60_000 })
  t.is(await count('subscriptions'), 1)
  t.is(await count('event_dead_letters'), 0)
})

test('a worker answers nothing but how it is, and says what it lacks', async (t) => {
  t.timeout(120_000)
  const [{ url, drop }, { home, remove }] = await Promise.all([testDatabase(), temporaryHome()])
  const env = { DATABASE_URL: url, TITANFORGE_HOME: home, LOG_LEVEL: 'info' }
  const { status, output } = await runToEnd('main', ['worker'], env)
  t.is(status, 1)
  t.regex(output, /PUBLIC_URL/)
  t.regex((await runToEnd('main', ['boss'], env)).output, /no role "boss"/)
  const worker = await startServer({ ...env, PUBLIC_URL: 'https://app.example.com' }, 'worker')
  t.teardown(async () => {
    await worker.end('SIGTERM')
    await drop()
    await remove()
  })
  const [, at = ''] = /"listeningAt":"([^"]+)"/.exec(worker.output()) ?? []
  t.is((await fetch(`${at}/readyz`)).status, 200)
  t.is((await fetch(`${at}/api/products`)).status, 404)
})
