import { createHmac } from 'node:crypto'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { today } from '../src/day.js'
import { application } from './application.js'

// The recordings belong to the stripe plugin, which plays them to two servers in every order.
interface Recording {
  name: string
  config: { livemode: boolean; accounts: { account: string }[] }
  asOf: number
  expect: { accounts: Record<string, Record<'mrr' | 'collected' | 'refunded', object>> }
  deliveries: string[]
}
const SEQUENCES = new URL('../../../stripe/dist/test/sequences/', import.meta.url)
const { recordings } = (await import(new URL('recording.js', SEQUENCES).href)) as {
  recordings(): Recording[]
}
const { prepare } = (await import(new URL('prepare.js', SEQUENCES).href)) as {
  prepare(db: object, config: Recording['config']): Promise<void>
}

const app = await application()
const { analytics, db } = app
test.after.always(() => app.close())

async function deliver(payload: string): Promise<void> {
  const at = Math.floor(Date.now() / 1000)
  const signature = createHmac('sha256', 'whsec_test').update(`${at}.${payload}`).digest('hex')
  const response = await fetch(new URL('/webhooks/stripe', await address()), {
    method: 'POST',
    body: payload,
    headers: { 'stripe-signature': `t=${at},v1=${signature}` },
  })
  if (response.status !== 200) throw new Error(await response.text())
}

const address = async () => (await app.send('/healthz')).url

const LAST = ['users', 'products', 'events']

/** Empties what the recordings fill. Nothing is at work meanwhile. */
async function clear(): Promise<void> {
  const tables = await db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND table_name NOT IN ('migrations', 'event_consumers', 'event_schedules', 'audit_log', 'currencies')`,
  )
  const names = tables.map(({ name }) => name).filter((name) => !LAST.includes(name))
  for (const name of [...names, ...LAST]) await db.query(`DELETE FROM "${name}"`)
}

const settled = () =>
  waitFor(async () => (await db.query('SELECT 1 FROM event_deliveries LIMIT 1')).length === 0, {
    timeoutMs: 30_000,
  })

const withoutZeros = (amounts: [string, number][]) =>
  Object.fromEntries(amounts.filter(([, amount]) => amount !== 0))

for (const recording of recordings()) {
  test.serial(`${recording.name}: MRR, collected and refunded`, async (t) => {
    await clear()
    await prepare(db, recording.config)
    for (const payload of recording.deliveries) await deliver(payload)
    await settled()
    const to = new Date(recording.asOf * 1000).toISOString().slice(0, 10)
    const range = { from: '2025-12-01', to: to < today() ? to : today() }
    await analytics.rollUp(range)
    const { currencies } = await analytics.summary(range)
    const accounts = Object.values(recording.expect.accounts)
    t.is(accounts.length, 1)
    t.deepEqual(
      {
        mrr: withoutZeros(currencies.map((it) => [it.currency, it.mrr])),
        collected: withoutZeros(currencies.map((it) => [it.currency, it.revenue])),
        refunded: withoutZeros(currencies.map((it) => [it.currency, it.refunded])),
      },
      {
        mrr: accounts[0]?.mrr ?? {},
        collected: accounts[0]?.collected ?? {},
        refunded: accounts[0]?.refunded ?? {},
      },
    )
  })
}
