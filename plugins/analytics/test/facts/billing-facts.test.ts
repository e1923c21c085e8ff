import { disputeClosed, paymentSucceeded, refunded, subscriptionChanged } from '@titanforge/stripe'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { v7 as uuidv7 } from 'uuid'
import { application } from '../application.js'
import { item, state } from '../states.js'

const app = await application()
const { analytics, bus, db } = app
test.after.always(() => app.close())

const PAST = { from: '2026-03-01', to: '2026-03-31' }

const settled = () =>
  waitFor(async () => {
    const [row] = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM event_deliveries')
    return row?.n === 0
  })

interface Told {
  userId: string
  subscriptionId: string
  revision: number
  effectiveAt: string
  after: ReturnType<typeof state>
}
const tell = (told: Told) =>
  db.transaction((tx) => bus.publish(tx, subscriptionChanged, { ...told, before: null }))

test.serial(
  'a subscription counts from when it changed, and moves the ledger (S6, S9)',
  async (t) => {
    const [userId, subscriptionId] = [await app.user(), uuidv7()]
    const about = { userId, subscriptionId }
    const pro = state([item({ unitAmount: 1000, interval: 'week' })])
    await tell({ ...about, revision: 1, effectiveAt: '2026-03-02T10:00:00.000Z', after: pro })
    const late = state(pro.items, { status: 'past_due', graceUntil: '2026-03-20T00:00:00.000Z' })
    await tell({ ...about, revision: 2, effectiveAt: '2026-03-10T10:00:00.000Z', after: late })
    await settled()
    await analytics.rollUp(PAST)
    const { movements: ledger } = await analytics.movements(PAST)
    t.like(ledger, [
      { at: '2026-03-02T10:00:00.000Z', kind: 'new', amount: 4333, balance: 4333, reason: null },
      // Nothing tells that the grace has ended (S14).
      {
        at: '2026-03-20T00:00:00.000Z',
        kind: 'churn',
        amount: 4333,
        balance: 0,
        reason: 'delinquent',
      },
    ])
    const items = await db.query<{ amount: string }>('SELECT amount FROM mrr_items WHERE step = 0')
    t.true(items.every(({ amount }) => amount.startsWith('4333.3333333333')))

    await tell({ ...about, revision: 3, effectiveAt: '2026-03-25T10:00:00.000Z', after: pro })
    await settled()
    await analytics.rollUp(PAST)
    t.like((await analytics.movements(PAST)).movements.at(-1), {
      kind: 'reactivation',
      reason: 'recovered',
    })
    t.deepEqual(await analytics.mrrOf(userId), { usd: 4333 })
  },
)

test.serial('a customer who is deleted stays counted, without a name (S16)', async (t) => {
  const before = await analytics.mrrByDay(PAST)
  await db.query('DELETE FROM users')
  await analytics.rollUp(PAST)
  t.deepEqual(await analytics.mrrByDay(PAST), before)
})

test.serial('what goes back changes net revenue on its day, and no MRR (S15)', async (t) => {
  const userId = await app.user()
  const [paymentId, currency] = ['in_1', 'usd']
  const before = await analytics.mrrByDay(PAST)
  await db.transaction(async (tx) => {
    const paidAt = '2026-03-03T10:00:00.000Z'
    const payment = {
      userId,
      kind: 'invoice' as const,
      paymentId,
      amount: 5000,
      currency,
      tax: 800,
      usage: 1500,
    }
    await bus.publish(tx, paymentSucceeded, { ...payment, paidAt })
    const refund = { userId, paymentId, amount: 1000, amountRefunded: 1000, full: false, currency }
    await bus.publish(tx, refunded, { ...refund, refundedAt: '2026-03-05T10:00:00.000Z' })
    const dispute = { userId, disputeId: uuidv7(), paymentId, amount: 2000, currency }
    const closedAt = '2026-03-06T10:00:00.000Z'
    await bus.publish(tx, disputeClosed, { ...dispute, outcome: 'lost', closedAt })
    await bus.publish(tx, disputeClosed, { ...dispute, outcome: 'won', closedAt })
  })
  await settled()
  await analytics.rollUp(PAST)
  const net = (await analytics.metrics(PAST)).filter(({ metric }) => metric === 'net_revenue')
  t.deepEqual(
    net.map(({ day, value }) => [day, value]),
    [
      ['2026-03-03', 4200],
      ['2026-03-05', -1000],
      ['2026-03-06', -2000],
    ],
  )
  t.deepEqual(await analytics.mrrByDay(PAST), before)
  // What was used is revenue beside the MRR (S2).
  const { currencies } = await analytics.summary(PAST)
  t.like(
    currencies.find((it) => it.currency === currency),
    { usageRevenue: 1500, revenue: 5000 },
  )
})

test.serial('a replay writes the same facts down again, once (S9)', async (t) => {
  const count = async () =>
    db.query(
      'SELECT count(*) AS n, sum(amount) FROM (SELECT amount FROM mrr_changes UNION ALL SELECT amount FROM revenue_entries) AS facts',
    )
  const before = await count()
  for (const consumer of ['analytics.mrr', 'analytics.payments', 'analytics.refunds'])
    t.true((await bus.replay(consumer)) > 0)
  await settled()
  t.deepEqual(await count(), before)
})

test.serial('the other mode and our own people are left out, by column (S18)', async (t) => {
  const [own, other] = [await app.user(), await app.user()]
  const pro = state([item({ unitAmount: 7777 })])
  for (const userId of [own, other])
    await tell({
      userId,
      subscriptionId: uuidv7(),
      revision: 1,
      effectiveAt: '2026-03-30T10:00:00.000Z',
      after: pro,
    })
  await settled()
  const mrr = async () => {
    await analytics.rollUp(PAST)
    return (await analytics.mrrByDay({ from: '2026-03-31', to: '2026-03-31' }))[0]?.end
  }
  t.is(await mrr(), 4333 + 2 * 7777)
  await db.query('UPDATE users SET is_internal = true WHERE id = $1', [own])
  t.is(await mrr(), 4333 + 7777)
  await db.query('UPDATE mrr_changes SET livemode = true WHERE customer_id = $1', [other])
  t.is(await mrr(), 4333)
})

test.serial('what is unpaid at once is delinquent too (S14)', async (t) => {
  const about = { userId: await app.user(), subscriptionId: uuidv7() }
  const pro = state([item({ unitAmount: 1000 })])
  await tell({ ...about, revision: 1, effectiveAt: '2026-03-02T10:00:00.000Z', after: pro })
  const unpaid = state(pro.items, { status: 'unpaid', access: false })
  await tell({ ...about, revision: 2, effectiveAt: '2026-03-09T10:00:00.000Z', after: unpaid })
  await settled()
  await analytics.rollUp(PAST)
  const own = (await analytics.movements(PAST)).movements.filter(
    (it) => it.customerId === about.userId,
  )
  t.deepEqual(
    own.map(({ kind, reason }) => [kind, reason]),
    [
      ['new', null],
      ['churn', 'delinquent'],
    ],
  )
})
