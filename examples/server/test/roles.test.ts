import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import test, { type ExecutionContext } from 'ava'
import pg from 'pg'
import Stripe from 'stripe'
import { fixture, runToEnd, startServer, temporaryHome, type Server } from './programs.js'

const SECRET = 'whsec_roles_test'
const { webhooks } = new Stripe('sk_unused')

/**
 * Delivers what Stripe tells of a customer who subscribes.
 *
 * @param server takes the next event.
 * @param customer whose it is, and its objects.
 */
async function deliver(server: () => Server, customer = ''): Promise<void> {
  const recorded = (await readFile(fixture('happy-path'), 'utf8')).trim()
  const own = /(?:evt|cus|sub|in|cs_test|pi|ch|si|il)_\w+|team.alpha/g
  const payloads = recorded.replace(own, (id) => id + customer).split('\n')
  for (const payload of payloads) {
    const signature = webhooks.generateTestHeaderString({ payload, secret: SECRET })
    const { status } = await fetch(`${server().url}/webhooks/stripe`, {
      method: 'POST',
      body: payload,
      headers: { 'stripe-signature': signature },
    })
    if (status !== 200) throw new Error(`answered ${status}`)
  }
}

/** A database, and what the processes on it are given; whatever was started with `start` ends with the test. */
async function deployment(t: ExecutionContext) {
  const [{ url, drop }, { home, remove }] = await Promise.all([testDatabase(), temporaryHome()])
  const db = new pg.Client(url)
  await db.connect()
  const running: Server[] = []
  t.teardown(async () => {
    for (const server of running) await server.end('SIGTERM')
    await db.end()
    await drop()
    await remove()
  })
  const start = async (role: 'web' | 'worker', publicUrl?: string) => {
    const env = {
      DATABASE_URL: url,
      STRIPE_WEBHOOK_SECRET: SECRET,
      STRIPE_SANDBOX: 'off',
      TITANFORGE_HOME: home,
      PUBLIC_URL: publicUrl,
    }
    const server = await startServer(env, role)
    running.push(server)
    return server
  }
  const count = async (table: string) =>
    Number((await db.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.n)
  const allHandled = () =>
    waitFor(async () => (await count('event_deliveries')) === 0, { timeoutMs: 100_000 })
  return { start, count, allHandled }
}

test('web servers take requests, and workers on the same database do the work', async (t) => {
  t.timeout(120_000)
  const { start, count, allHandled } = await deployment(t)
  const web = await start('web')
  await deliver(() => web)
  t.is(await count('subscriptions'), 0)
  const waiting = await count('event_deliveries')
  t.true(waiting > 0)

  await Promise.all([start('worker', web.url), start('worker', web.url)])
  await allHandled()
  t.is(await count('subscriptions'), 1)
  t.is(await count('event_dead_letters'), 0)
})

test('in a rolling deploy new processes join, old ones leave, and nothing is lost', async (t) => {
  t.timeout(240_000)
  const { start, count, allHandled } = await deployment(t)
  const old = await start('web')
  const oldWorker = await start('worker', old.url)
  let web = old
  let customers = 0
  let isOver = false
  const load = async () => {
    while (!isOver && customers < 1_000) {
      await deliver(() => web, `${++customers}`)
      await delay(300)
    }
  }
  const loading = load()
  const fresh = await Promise.race([
    Promise.all([start('web'), start('worker', old.url)]),
    // Whatever a customer's events meet with fails the test at once.
    loading.then(() => Promise.reject(new Error('the load ended'))),
  ])
  web = fresh[0]
  t.deepEqual([await oldWorker.end('SIGTERM'), await old.end('SIGTERM')], [0, 0])
  const before = customers
  await waitFor(async () => customers > before + 1, { timeoutMs: 60_000 })
  isOver = true
  await loading
  await allHandled()
  t.is(await count('subscriptions'), customers)
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
