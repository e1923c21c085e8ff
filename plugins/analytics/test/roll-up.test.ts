import { createForge, EventBus } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { auth, loggedIn, signedUp } from '@titanforge/auth'
import { database, Database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { events, EventLog } from '@titanforge/events'
import { http, HttpServer } from '@titanforge/http'
import { paymentSucceeded, stripe, subscriptionChanged } from '@titanforge/stripe'
import test from 'ava'
import { v7 as uuidv7 } from 'uuid'
import { Analytics, analytics } from '../src/index.js'

const { url, drop } = await testDatabase()
const { log } = captureLog()
const forge = createForge({
  log,
  plugins: [
    database({ url, poolSize: 6 }),
    events(),
    http({ port: 0 }),
    auth({ jwtSecret: 'a secret of the tests, long enough for HS256' }),
    stripe({ webhookSecrets: ['whsec_test'] }),
    analytics(),
  ],
})
await forge.start()
const [db, bus, service] = [forge.get(Database), forge.get(EventBus), forge.get(Analytics)]
test.after.always(async () => {
  await forge.stop()
  await drop()
})

async function user() {
  const id = uuidv7()
  await db.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, `${id}@example.com`])
  return id
}

const at = (text: string) => ({ occurredAt: new Date(text) })

async function paysMonthly(
  userId: string,
  amount: number,
  effectiveAt: string,
  revision = 1,
  subscriptionId: string = uuidv7(),
) {
  const item = {
    priceId: 'price_1',
    productId: 'prod_1',
    name: 'Pro',
    quantity: 1,
    currency: 'usd',
    interval: 'month' as const,
    intervalCount: 1,
    metered: false,
    grants: { features: [], limits: {} },
  }
  const status = amount > 0 ? 'active' : 'canceled'
  const state = {
    status,
    access: amount > 0,
    currentPeriodStart: null,
    currentPeriodEnd: null,
    cancelAtPeriodEnd: false,
    scheduledEnd: null,
    items: [{ ...item, unitAmount: amount }],
  }
  const payload = { subscriptionId, userId, revision, effectiveAt, before: null, after: state }
  const externalId = `${subscriptionId}-${revision}`
  await db.transaction((tx) =>
    bus.publish(tx, subscriptionChanged, payload, { source: 'test', externalId }),
  )
  await waitFor(async () => (await forge.get(EventLog).unhandled('test', [externalId])) === 0)
  return subscriptionId
}

const figures = async (from: string, to: string) =>
  (await service.metrics(from, to)).map(({ day, metric, currency, value }) =>
    [day, metric, currency, value].filter(Boolean).join(' '),
  )

test.serial(
  'the log becomes figures by UTC day, and rolling up again changes nothing',
  async (t) => {
    const [ada, ben] = [await user(), await user()]
    await db.transaction(async (tx) => {
      await bus.publish(tx, signedUp, { userId: ada, email: 'a' }, at('2026-03-01T00:00:00Z'))
      await bus.publish(tx, signedUp, { userId: ben, email: 'b' }, at('2026-03-01T23:59:59Z'))
      await bus.publish(tx, loggedIn, { userId: ada }, at('2026-03-02T00:00:00Z'))
      await bus.publish(tx, loggedIn, { userId: ada }, at('2026-03-02T10:00:00Z'))
      const payment = {
        userId: ada,
        kind: 'invoice' as const,
        paymentId: 'in_1',
        amount: 2000,
        currency: 'usd',
        paidAt: '2026-03-02T10:00:00.000Z',
      }
      await bus.publish(tx, paymentSucceeded, payment, at('2026-03-02T10:00:00Z'))
      await bus.publish(
        tx,
        paymentSucceeded,
        { ...payment, paymentId: 'in_2', amount: 500, currency: 'eur' },
        at('2026-03-02T11:00:00Z'),
      )
    })
    const subscriptionId = await paysMonthly(ada, 2000, '2026-03-02T10:00:00.000Z')
    await paysMonthly(ben, 3000, '2026-03-03T10:00:00.000Z')
    await paysMonthly(ada, 0, '2026-03-04T00:00:00.000Z', 2, subscriptionId)
    const expected = [
      '2026-03-01 sign_ups 2',
      '2026-03-02 active_users 1',
      '2026-03-02 mrr usd 2000',
      '2026-03-02 paying_customers 1',
      '2026-03-02 payments 2',
      '2026-03-02 revenue eur 500',
      '2026-03-02 revenue usd 2000',
      '2026-03-03 mrr usd 5000',
      '2026-03-03 paying_customers 2',
      '2026-03-04 mrr usd 3000',
      '2026-03-04 paying_customers 1',
    ]
    await service.rollUp('2026-03-01', '2026-03-04')
    t.deepEqual(await figures('2026-03-01', '2026-03-04'), expected)
    await Promise.all([
      service.rollUp('2026-03-01', '2026-03-04'),
      service.rollUp('2026-03-02', '2026-03-03'),
    ])
    t.deepEqual(await figures('2026-03-01', '2026-03-04'), expected)
    t.deepEqual(await service.mrrOf(ben), { usd: 3000 })
    t.deepEqual(await service.mrrOf(ada), {})
  },
)

test.serial('a day that is not over is provisional', async (t) => {
  const today = new Date().toISOString().slice(0, 10)
  await service.rollUp(today, today)
  const metrics = await service.metrics(today, today)
  t.true(metrics.length > 0 && metrics.every((metric) => metric.isProvisional))
})

test.serial('the figures are for superusers', async (t) => {
  const response = await fetch(`${forge.get(HttpServer).url}/api/analytics/metrics`)
  t.is(response.status, 401)
})

test.serial(
  'the command rolls up a range and prints it; a day that is none is refused',
  async (t) => {
    const lines: string[] = []
    await forge.command(
      ['analytics:rollup', '--from', '2026-03-01', '--to', '2026-03-01'],
      (line) => lines.push(line),
    )
    t.deepEqual(lines, ['2026-03-01  sign_ups  2'])
    await t.throwsAsync(forge.command(['analytics:rollup', '--from', 'yesterday'], t.log), {
      code: 'INPUT_INVALID',
    })
  },
)
