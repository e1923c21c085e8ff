import { readFile } from 'node:fs/promises'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import test from 'ava'
import pg from 'pg'
import { SMTPServer } from 'smtp-server'
import Stripe from 'stripe'
import { fixture, startServer, type Server } from './programs.js'

const SECRET = 'whsec_crash_test'
const USER = '019b0000-0000-7000-8000-000000000001'
const { webhooks } = new Stripe('sk_unused')

const UNHANDLED = `
  SELECT count(*)::int AS count FROM events e JOIN event_consumers c ON c.event_type = e.event_type
  LEFT JOIN event_inbox i ON i.consumer = c.consumer AND i.event_id = e.id WHERE i.event_id IS NULL`

/** A mail server that outlives the product's crashes and keeps each mail's Message-ID. */
async function mailServer(): Promise<{ url: string; messageIds: string[]; close(): void }> {
  const messageIds: string[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, accepted) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        messageIds.push(
          /^Message-ID: (.*)$/im.exec(Buffer.concat(chunks).toString())?.[1] ?? 'none',
        )
        accepted()
      })
    },
  })
  const server = smtp.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  return { url: `smtp://127.0.0.1:${port}`, messageIds, close: () => smtp.close() }
}

async function deliver(server: Server, payload: string): Promise<number> {
  const signature = webhooks.generateTestHeaderString({ payload, secret: SECRET })
  const headers = { 'stripe-signature': signature }
  return (await fetch(`${server.url}/webhooks/stripe`, { method: 'POST', body: payload, headers }))
    .status
}

test.serial(
  'killed right after the 200 of every webhook, nothing is lost and one mail is sent',
  async (t) => {
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
    await db.query(
      "INSERT INTO customer_references (reference, user_id) VALUES ('team-alpha', $1)",
      [USER],
    )

    for (const payload of (await readFile(fixture('happy-path'), 'utf8')).trim().split('\n')) {
      t.is(await deliver(server, payload), 200)
      t.is(await server.end('SIGKILL'), 'SIGKILL')
      server = await startServer(env)
      await waitFor(
        async () => (await db.query<{ count: number }>(UNHANDLED)).rows[0]?.count === 0,
        {
          what: 'everything to be handled after the restart',
          timeoutMs: 30_000,
        },
      )
    }

    const rows = async (sql: string) => (await db.query(sql)).rows as unknown[]
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
    t.is(mail.messageIds.length, 1)
  },
)

test.serial(
  'killed at any moment after the 200, the state is whole and no second mail of another id goes out',
  async (t) => {
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
    await db.query(
      "INSERT INTO customer_references (reference, user_id) VALUES ('team-alpha', $1)",
      [USER],
    )
    const payloads = (await readFile(fixture('happy-path'), 'utf8')).trim().split('\n')

    // How far the work had come is found by what is in the database, not by the clock.
    const moments = [
      'SELECT 1 FROM event_inbox LIMIT 1',
      'SELECT 1 FROM subscriptions',
      'SELECT 1 FROM entitlements',
      'SELECT 1 FROM notifications',
    ]
    for (const moment of moments) {
      for (const payload of payloads) t.is(await deliver(server, payload), 200)
      await waitFor(async () => (await db.query(moment)).rows.length > 0, { what: moment })
      await server.end('SIGKILL')
      server = await startServer(env)
    }
    await waitFor(async () => (await db.query<{ count: number }>(UNHANDLED)).rows[0]?.count === 0, {
      timeoutMs: 30_000,
    })
    t.is((await db.query('SELECT 1 FROM subscriptions')).rows.length, 1)
    t.is((await db.query('SELECT 1 FROM entitlements')).rows.length, 3)
    t.is((await db.query('SELECT 1 FROM notifications')).rows.length, 1)
    t.is(new Set(mail.messageIds).size, 1)
  },
)
