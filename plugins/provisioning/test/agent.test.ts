import { createForge, EventBus } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { auth } from '@titanforge/auth'
import { database, Database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { events, EventLog } from '@titanforge/events'
import { http } from '@titanforge/http'
import { stripe, subscriptionChanged, type SubscriptionState } from '@titanforge/stripe'
import test from 'ava'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { Grants, provisioning } from '../src/index.js'

const { url, drop } = await testDatabase()
const { log, lines } = captureLog()
const forge = createForge({
  log,
  plugins: [
    database({ url, poolSize: 6 }),
    events(),
    http({ port: 0 }),
    auth({ jwtSecret: 'a secret of the tests, long enough for HS256' }),
    stripe({ webhookSecrets: ['whsec_test'] }),
    provisioning(),
  ],
})
await forge.start()
const [db, bus, grants] = [forge.get(Database), forge.get(EventBus), forge.get(Grants)]
test.after.always(async () => {
  await forge.stop()
  await drop()
})

const after = (limit: number, more: Partial<SubscriptionState> = {}): SubscriptionState => ({
  status: 'active',
  access: true,
  currentPeriodStart: null,
  currentPeriodEnd: null,
  cancelAtPeriodEnd: false,
  scheduledEnd: null,
  items: [
    {
      priceId: 'price_1',
      productId: 'prod_1',
      name: 'Pro',
      quantity: 1,
      unitAmount: 2000,
      currency: 'usd',
      interval: 'month',
      intervalCount: 1,
      metered: false,
      grants: { features: ['agents'], limits: { runs: limit } },
    },
  ],
  ...more,
})

async function user() {
  const id = uuidv7()
  await db.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, `${id}@example.com`])
  return id
}

let deliveries = 0
async function change(
  userId: string,
  subscriptionId: string,
  revision: number,
  state: SubscriptionState,
) {
  const externalId = `change-${++deliveries}`
  const payload = {
    subscriptionId,
    userId,
    revision,
    effectiveAt: new Date().toISOString(),
    before: null,
    after: state,
  }
  await db.transaction((tx) =>
    bus.publish(tx, subscriptionChanged, payload, { source: 'test', externalId }),
  )
  return externalId
}
const settled = (ids: string[]) =>
  waitFor(async () => (await forge.get(EventLog).unhandled('test', ids)) === 0)

test.serial('entitlements follow a subscription that begins, changes and ends', async (t) => {
  const [userId, subscriptionId] = [await user(), uuidv7()]
  await settled([await change(userId, subscriptionId, 1, after(100))])
  t.deepEqual(await grants.of(userId), {
    plans: ['Pro'],
    features: ['agents'],
    limits: { runs: 100 },
  })
  await settled([await change(userId, subscriptionId, 2, after(5))])
  t.deepEqual((await grants.of(userId)).limits, { runs: 5 })
  await settled([
    await change(userId, subscriptionId, 3, after(5, { status: 'canceled', access: false })),
  ])
  t.deepEqual(await grants.of(userId), { plans: [], features: [], limits: {} })
})

test.serial('access ends at the scheduled date by the clock, without any event', async (t) => {
  const [userId, subscriptionId] = [await user(), uuidv7()]
  const scheduledEnd = '2027-01-01T00:00:00.000Z'
  await settled([await change(userId, subscriptionId, 1, after(100, { scheduledEnd }))])
  t.deepEqual((await grants.of(userId, new Date('2026-12-31T23:59:59Z'))).plans, ['Pro'])
  t.deepEqual((await grants.of(userId, new Date(scheduledEnd))).plans, [])
})

test.serial('whatever the order and the repeats, the newest revision is what counts', async (t) => {
  const revisions = fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(
      revisions,
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
      async (order, repeats) => {
        const [userId, subscriptionId] = [await user(), uuidv7()]
        const all = [...order, ...repeats]
        await settled(
          await Promise.all(
            all.map((revision) => change(userId, subscriptionId, revision, after(revision))),
          ),
        )
        t.deepEqual((await grants.of(userId)).limits, { runs: Math.max(...all) })
      },
    ),
    { numRuns: 15 },
  )
})

test.serial('a price that the catalogue does not know is an error in the log', async (t) => {
  const state = after(1)
  const unknown = { ...state, items: state.items.map((item) => ({ ...item, name: null })) }
  await settled([await change(await user(), uuidv7(), 1, unknown)])
  t.true(lines.some((line) => line.includes('"level":50') && line.includes('price_1')))
})
