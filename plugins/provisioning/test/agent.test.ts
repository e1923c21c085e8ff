import { Entitlements, type EventType } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import {
  featuresChanged,
  purchaseCompleted,
  purchaseReversed,
  subscriptionChanged,
  type SubscriptionState,
} from '@titanforge/stripe'
import test from 'ava'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { application } from './support/application.js'
import { item, state } from './support/billing-state.js'

const app = await application()
const { db, bus, grants, lines, user, settled } = app
test.after.always(() => app.close())

/** A subscription to a plan with so many runs. */
const after = (runs: number, more: Partial<SubscriptionState> = {}) =>
  state({ items: [item('Pro', ['agents'], { runs })], ...more })

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

test.serial(
  'a price that the catalogue does not know grants nothing and is told, once',
  async (t) => {
    const [userId, subscriptionId] = [await user(), uuidv7()]
    const unknown = (runs: number) => state({ items: [item(null, ['agents'], { runs })] })
    await settled([await change(userId, subscriptionId, 1, unknown(1))])
    await settled([await change(userId, subscriptionId, 2, unknown(2))])
    t.deepEqual(await grants.of(userId), { plans: [], features: [], limits: {} })
    t.true(lines.some((line) => line.includes('"level":50') && line.includes('price_unknown')))
    const told = await db.query(
      "SELECT payload FROM events WHERE event_type = 'provisioning.unknown_price_found' AND user_id = $1",
      [userId],
    )
    t.deepEqual(told, [{ payload: { userId, subscriptionId, priceId: 'price_unknown' } }])
  },
)

test.serial(
  'a plan that raises a limit which who has no plan is not bounded by is told',
  async (t) => {
    const plan = item('Pro', [], { runs: 7, agent_concurrency: 7 })
    await settled([await change(await user(), uuidv7(), 1, state({ items: [plan] }))])
    t.true(lines.some((line) => line.includes('"limits":["agent_concurrency"]')))
  },
)

test.serial('what follows a change is there well within a second', async (t) => {
  const [userId, subscriptionId] = [await user(), uuidv7()]
  const took: number[] = []
  for (let revision = 1; revision <= 20; revision++) {
    const access = revision % 2 === 1
    await change(userId, subscriptionId, revision, after(revision, { access }))
    const begin = performance.now()
    await waitFor(async () => (await grants.of(userId)).plans.includes('Pro') === access)
    took.push(performance.now() - begin)
  }
  const median = took.sort((a, b) => a - b)[10] ?? Infinity
  t.log(`median ${median.toFixed(0)} ms, longest ${took.at(-1)?.toFixed(0)} ms`)
  t.true(median < 1000)
})

test.serial('where a payment is late for too long, that is what a refusal says', async (t) => {
  const [userId, subscriptionId] = [await user(), uuidv7()]
  const check = () => app.forge.get(Entitlements).check({ userId }, 'agents')
  const late = (graceUntil: string) => after(1, { status: 'past_due', graceUntil })
  await settled([await change(userId, subscriptionId, 1, late('2999-01-01T00:00:00.000Z'))])
  t.deepEqual(await check(), { ok: true, source: 'subscription' })
  await settled([await change(userId, subscriptionId, 2, late('2020-01-01T00:00:00.000Z'))])
  t.like(await check(), { ok: false, code: 'past_due', upgradeUrl: '/api/products' })
  await settled([await change(userId, subscriptionId, 3, after(1, { access: false }))])
  t.like(await check(), { ok: false, code: 'not_entitled' })
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
  // Told twice, as by a publisher that does not know of its own first time.
  for (const externalId of [`purchase-${purchaseId}`, `purchase-again-${purchaseId}`]) {
    await db.transaction((tx) =>
      bus.publish(tx, purchaseCompleted, payload, { source: 'test', externalId }),
    )
    await settled([externalId])
  }
  t.deepEqual(await grants.of(userId), {
    plans: ['Pack', 'Plain'],
    features: ['export'],
    limits: { credits: 1000 },
  })
  const requested = await db.query(
    "SELECT payload FROM events WHERE event_type = 'provisioning.workflow_requested' AND user_id = $1",
    [userId],
  )
  t.deepEqual(requested, [{ payload: { userId, purchaseId, workflow: 'render', quantity: 2 } }])
})

test.serial(
  'what was bought and refunded is taken away, in whichever order it is told',
  async (t) => {
    const item = {
      priceId: 'price_pack',
      productId: 'prod_pack',
      name: 'Pack',
      quantity: 1,
      grants: { features: ['export'], limits: { credits: 1000 } },
      workflow: 'render',
    }
    const at = new Date().toISOString()
    for (const order of [
      ['completed', 'reversed'],
      ['reversed', 'completed'],
      ['completed', 'reversed', 'completed', 'reversed'],
    ]) {
      const [userId, purchaseId, otherId] = [await user(), uuidv7(), uuidv7()]
      const tell = async (type: EventType, payload: object) => {
        const externalId = uuidv7()
        await db.transaction((tx) => bus.publish(tx, type, payload, { source: 'test', externalId }))
        await settled([externalId])
      }
      const bought = { userId, amount: 500, currency: 'usd', items: [item], purchasedAt: at }
      for (const what of order) {
        if (what === 'completed') await tell(purchaseCompleted, { ...bought, purchaseId })
        else await tell(purchaseReversed, { userId, purchaseId, paymentId: 'pi_1', reversedAt: at })
      }
      t.deepEqual(await grants.of(userId), { plans: [], features: [], limits: {} }, order.join())
      const told = await db.query(
        "SELECT payload FROM events WHERE event_type = 'provisioning.purchase_withdrawn' AND user_id = $1",
        [userId],
      )
      t.deepEqual(told, [{ payload: { userId, purchaseId } }], 'told once')
      // Bought once more, it is there again: only what was reversed is gone.
      await tell(purchaseCompleted, { ...bought, purchaseId: otherId })
      t.deepEqual((await grants.of(userId)).features, ['export'])
    }
  },
)

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
