import { createForge, EventBus } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { auth } from '@titanforge/auth'
import { database, Database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { events, EventLog } from '@titanforge/events'
import { http } from '@titanforge/http'
import {
  featuresChanged,
  purchaseCompleted,
  stripe,
  subscriptionChanged,
  type SubscriptionState,
} from '@titanforge/stripe'
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

test.serial(
  'access to a plan whose payment is late ends with its grace, by the clock',
  async (t) => {
    const [userId, subscriptionId] = [await user(), uuidv7()]
    const late = after(100, { status: 'past_due', graceUntil: '2027-01-08T00:00:00.000Z' })
    await settled([await change(userId, subscriptionId, 1, late)])
    t.deepEqual((await grants.of(userId, new Date('2027-01-07T23:59:59Z'))).plans, ['Pro'])
    t.deepEqual((await grants.of(userId, new Date('2027-01-08T00:00:00Z'))).plans, [])
  },
)

test.serial('what was bought once entitles for good, and starts its workflow once', async (t) => {
  const [userId, purchaseId] = [await user(), uuidv7()]
  const item = {
    priceId: 'price_pack',
    productId: 'prod_pack',
    name: 'Pack',
    quantity: 2,
    grants: { features: ['export'], limits: { credits: 1000 } },
    workflow: 'render',
  }
  const payload = {
    userId,
    purchaseId,
    amount: 500,
    currency: 'usd',
    items: [item, { ...item, priceId: 'price_plain', name: 'Plain', workflow: null }],
    purchasedAt: new Date().toISOString(),
  }
  const externalId = `purchase-${purchaseId}`
  await db.transaction((tx) =>
    bus.publish(tx, purchaseCompleted, payload, { source: 'test', externalId }),
  )
  await settled([externalId])
  t.deepEqual(await grants.of(userId), {
    plans: ['Pack', 'Plain'],
    features: ['export'],
    limits: { credits: 1000 },
  })
  const requested = await db.query(
    "SELECT payload FROM events WHERE event_type = 'workflow.requested' AND user_id = $1",
    [userId],
  )
  t.deepEqual(requested, [{ payload: { userId, purchaseId, workflow: 'render', quantity: 2 } }])
})

test.serial(
  "the provider's own features are granted and taken away, newest word last",
  async (t) => {
    const [userId, sourceId] = [await user(), uuidv7()]
    const tell = async (revision: number, features: string[]) => {
      const externalId = `features-${sourceId}-${revision}`
      const payload = { userId, sourceId, revision, features }
      await db.transaction((tx) =>
        bus.publish(tx, featuresChanged, payload, { source: 'test', externalId }),
      )
      await settled([externalId])
    }
    await tell(2, ['sso'])
    await tell(1, ['sso', 'audit'])
    t.deepEqual((await grants.of(userId)).features, ['sso'])
    await tell(3, [])
    t.deepEqual((await grants.of(userId)).features, [])
  },
)

test.serial('events of a user who is gone do not become dead letters', async (t) => {
  const [userId, subscriptionId] = [await user(), uuidv7()]
  await db.query('DELETE FROM users WHERE id = $1', [userId])
  const payload = {
    subscriptionId,
    userId,
    revision: 1,
    effectiveAt: new Date().toISOString(),
    before: null,
    after: after(100),
  }
  // As for an event that was under way when the user went: its row names nobody any more.
  const type = { ...subscriptionChanged, userId: () => undefined }
  const externalId = `gone-${userId}`
  await db.transaction((tx) => bus.publish(tx, type, payload, { source: 'test', externalId }))
  await settled([externalId])
  t.deepEqual(await db.query('SELECT 1 FROM event_dead_letters'), [])
  t.deepEqual((await grants.of(userId)).plans, [])
})
