import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import test, { type ExecutionContext } from 'ava'
import pg from 'pg'
import Stripe from 'stripe'
import { mailServer } from './mail-server.js'
import { fixture, startServer, type Server } from './programs.js'

const SECRET = 'whsec_crash_test'
const USER = '019b0000-0000-7000-8000-000000000001'
const { webhooks } = new Stripe('sk_unused')

const UNHANDLED = `
  SELECT ((SELECT count(*) FROM event_deliveries) + (SELECT count(*) FROM event_dead_letters))::int AS count`

async function post(server: Server, payload: string): Promise<number> {
  const signature = webhooks.generateTestHeaderString({ payload, secret: SECRET })
  const headers = { 'stripe-signature': signature }
  return (await fetch(`${server.url}/webhooks/stripe`, { method: 'POST', body: payload, headers }))
    .status
}

/** A server that can be killed, on a database and with a mail server that go on. */
async function crashSite(t: ExecutionContext) {
  t.timeout(120_000)
  const [{ url, drop }, mail] = await Promise.all([testDatabase(), mailServer()])
  const env = {
    DATABASE_URL: url,
    SMTP_URL: mail.url,
    STRIPE_WEBHOOK_SECRET: SECRET,
    EVENT_CLAIM_SECONDS: '2',
  }
  const db = new pg.Client(url)
  await db.connect()
  let server = await startServer(env)
  t.teardown(async () => {
    await server.end('SIGTERM')
    await db.end()
    await drop()
    mail.close()
  })
  await db.query("INSERT INTO users (id, email) VALUES ($1, 'ada@example.com')", [USER])
  await db.query("INSERT INTO customer_references (reference, user_id) VALUES ('team-alpha', $1)", [
    USER,
  ])
  const rows = async (sql: string) => (await db.query(sql)).rows as unknown[]
  return {
    mail,
    rows,
    payloads: (await readFile(fixture('happy-path'), 'utf8')).trim().split('\n'),
    async deliver(payload: string) {
      t.is(await post(server, payload), 200)
    },
    async killAndRestart() {
      t.is(await server.end('SIGKILL'), 'SIGKILL')
      server = await startServer(env)
    },
    settled: () =>
      waitFor(async () => isDeepStrictEqual(await rows(UNHANDLED), [{ count: 0 }]), {
        what: 'everything to be handled after the restart',
        timeoutMs: 30_000,
      }),
  }
}

test.serial(
  'killed right after the 200 of every webhook, nothing is lost, and the welcome and the receipt are sent',
  async (t) => {
    const { deliver, killAndRestart, mail, payloads, rows, settled } = await crashSite(t)
    for (const payload of payloads) {
      await deliver(payload)
      await killAndRestart()
      await settled()
    }
    t.deepEqual(await rows('SELECT status, user_id FROM subscriptions'), [
      { status: 'active', user_id: USER },
    ])
    t.deepEqual(await rows('SELECT kind, feature, value FROM entitlements ORDER BY kind'), [
      { kind: 'feature', feature: 'agents', value: null },
      { kind: 'limit', feature: 'agent_runs', value: '1000' },
      { kind: 'plan', feature: 'Pro', value: null },
    ])
    t.deepEqual(await rows('SELECT amount FROM mrr_changes ORDER BY revision DESC LIMIT 1'), [
      { amount: '2000' },
    ])
    t.is(new Set(mail.messageIds).size, 2)
  },
)

test.serial(
  'killed at any moment after the 200, the state is whole and no second mail of another id goes out',
  async (t) => {
    const { deliver, killAndRestart, mail, payloads, rows, settled } = await crashSite(t)
    // How far the work had come is seen in the database, not on the clock.
    const moments = [
      // A claim that is over before we look has made the subscription.
      'SELECT 1 FROM event_deliveries WHERE claim IS NOT NULL UNION ALL SELECT 1 FROM subscriptions',
      'SELECT 1 FROM subscriptions',
      'SELECT 1 FROM entitlements',
      'SELECT 1 FROM notifications',
    ]
    for (const moment of moments) {
      for (const payload of payloads) await deliver(payload)
      await waitFor(async () => (await rows(moment)).length > 0, {
        what: moment,
        timeoutMs: 30_000,
      })
      await killAndRestart()
    }
    await settled()
    for (const [table, count] of [
      ['subscriptions', 1],
      ['entitlements', 3],
      ['notifications', 2],
    ] as const) {
      t.is((await rows(`SELECT 1 FROM ${table}`)).length, count)
    }
    t.is(new Set(mail.messageIds).size, 2)
  },
)
