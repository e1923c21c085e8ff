import test, { type ExecutionContext } from 'ava'
import { KEEPING, PRO, PRO_YEARLY, STARTER, subscriber } from '../billing/subscriber.js'
import { openLine } from '../histories/line.js'
import { openStage } from '../histories/stage.js'

// Stripe may carry out later what it has not answered.
const line = await openLine()
const stage = await openStage({ processes: 2, line })
test.after.always(async () => {
  await stage.close()
  await line.close()
})

const UNAVAILABLE = { status: 503, body: { error: { code: 'STRIPE_UNAVAILABLE' } } }
const BUSY = { status: 503, body: { error: { code: 'SUBSCRIPTION_BUSY' } } }

/** Somebody whose period was refunded: the next change begins a new one, and charges it in full. */
async function refunded(t: ExecutionContext) {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.refund()
  const passed = (column: 'held_until' | 'asked_until') =>
    it.world.rows(
      `UPDATE subscription_locks SET ${column} = now() WHERE stripe_subscription_id = $1`,
      [it.subscription],
    )
  return { ...it, passed }
}

test.serial('what an agent is not answered, a person is not charged a second time', async (t) => {
  const it = await refunded(t)
  const agent = await it.agentOf(STARTER)
  const disturbance = line.disturb('is cut off')
  t.is(await agent.change(), 'STRIPE_UNAVAILABLE')
  disturbance.end()
  t.like(await it.change(STARTER), BUSY)
  await disturbance.arrives()
  t.like(await it.change(STARTER), BUSY, 'it is done, and nobody has heard of that')
  await it.passed('asked_until')
  t.is((await it.change(STARTER)).status, 200, 'it is done')
  t.is(await it.timesPaid(STARTER), 1)
})

test.serial('who was not answered may ask the same again, and nothing else', async (t) => {
  const it = await refunded(t)
  const disturbance = line.disturb('is cut off')
  t.like(await it.change(STARTER), UNAVAILABLE)
  disturbance.end()
  const busy = await it.change(PRO_YEARLY)
  t.like(busy, BUSY)
  const { details } = busy.body.error as { details: { retryAfterSeconds: number } }
  t.true(details.retryAfterSeconds > 0)
  t.is((await it.change(STARTER)).status, 200)
  await disturbance.arrives()
  t.is(await it.timesPaid(STARTER), 1)
  t.is((await it.change(PRO_YEARLY)).status, 200, 'it is known what became of the first')
  t.is(await it.plan(), PRO_YEARLY)
})

test.serial('what was never carried out holds nobody up for ever', async (t) => {
  const it = await refunded(t)
  const disturbance = line.disturb('is cut off')
  t.like(await it.change(STARTER), UNAVAILABLE)
  disturbance.end()
  t.like(await it.change(PRO_YEARLY), BUSY)
  await it.passed('asked_until')
  t.is((await it.change(PRO_YEARLY)).status, 200)
  t.is(await it.timesPaid(PRO_YEARLY), 1)
  t.is(await it.timesPaid(STARTER), 0)
})

test.serial('nothing is charged while a cancellation may still be carried out', async (t) => {
  const it = await refunded(t)
  const cancel = () => it.ask('subscription/cancel', { when: 'now' })
  const disturbance = line.disturb('is cut off')
  t.like(await cancel(), UNAVAILABLE)
  disturbance.end()
  t.like(await it.change(STARTER), BUSY)
  await disturbance.arrives()
  t.like(await cancel(), { status: 200, body: { subscription: { status: 'canceled' } } })
  t.is(await it.timesPaid(STARTER), 0)
})

test.serial(
  'a declined resumption that was not heard of does not stand for another card',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    await it.stripe.subscriptions.pause(it.subscription, KEEPING)
    await it.payBy('pm_card_chargeCustomerFail')
    await it.drained()
    const disturbance = line.disturb('is cut off')
    t.like(await it.ask('subscription/resume', {}), UNAVAILABLE)
    await disturbance.arrives()
    disturbance.end()
    await it.payBy('pm_card_visa')
    t.like(await it.ask('subscription/resume', {}), {
      status: 200,
      body: { subscription: { status: 'active' } },
    })
    t.is(await it.timesPaid(PRO), 2)
  },
)

test.serial('a change that was not heard of and is found done holds nobody up', async (t) => {
  const it = await refunded(t)
  const disturbance = line.disturb('is cut off')
  t.like(await it.change(STARTER), UNAVAILABLE)
  await disturbance.arrives()
  disturbance.end()
  t.like(await it.ask('subscription/cancel', {}), BUSY)
  t.is((await it.change(STARTER)).status, 200)
  t.is((await it.ask('subscription/cancel', {})).status, 200)
  t.is(await it.timesPaid(STARTER), 1)
})

test.serial('nothing is said to be so while something else may still be carried out', async (t) => {
  const it = await refunded(t)
  const disturbance = line.disturb('is cut off')
  t.like(await it.ask('subscription/cancel', { when: 'now' }), UNAVAILABLE)
  disturbance.end()
  t.like(await it.ask('subscription/resume', {}), BUSY)
  t.like(await it.change(PRO), BUSY)
  await disturbance.arrives()
})

test.serial('what is asked again goes by what was refunded since', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const disturbance = line.disturb('is cut off')
  t.like(await it.change(STARTER), UNAVAILABLE)
  disturbance.end()
  await it.refund()
  t.like(await it.change(STARTER), BUSY)
  t.is(await it.balance(), 0)
})

test.serial('what was done elsewhere meanwhile is not asked for again', async (t) => {
  const it = await refunded(t)
  const disturbance = line.disturb('is cut off')
  t.like(await it.change(STARTER), UNAVAILABLE)
  disturbance.end()
  const [item] = (await it.atStripe()).items.data
  const { data: prices } = await it.stripe.prices.list({ limit: 100 })
  const price = prices.find(({ unit_amount }) => unit_amount === STARTER)?.id ?? ''
  await it.stripe.subscriptions.update(it.subscription, {
    items: [{ id: item?.id ?? '', price }],
    ...{ proration_behavior: 'none', billing_cycle_anchor: { type: 'now' } },
  })
  t.is((await it.change(STARTER)).status, 200)
  t.is(await it.timesPaid(STARTER), 1)
})

test.serial('a second click with a later preview is the same wish', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const first = await it.changeAsShown(PRO_YEARLY)
  const disturbance = line.disturb('is cut off')
  t.like(await first(), UNAVAILABLE)
  disturbance.end()
  it.sandbox.advance({ seconds: 5 })
  const second = await it.changeAsShown(PRO_YEARLY)
  t.is((await second()).status, 200)
  await disturbance.arrives()
  t.is(await it.plan(), PRO_YEARLY)
  const { data } = await it.stripe.invoices.list({ subscription: it.subscription })
  t.is(data.length, 2, 'the first period, and one change')
})

test.serial('a resumption that was not heard of is completed when that is known', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.stripe.subscriptions.update(it.subscription, { cancel_at_period_end: true })
  await it.stripe.subscriptions.pause(it.subscription, KEEPING)
  await it.drained()
  const disturbance = line.disturb('is cut off')
  t.like(await it.ask('subscription/resume', {}), UNAVAILABLE)
  await disturbance.arrives()
  disturbance.end()
  t.like(await it.ask('subscription/resume', {}), BUSY)
  await it.world.rows(
    'UPDATE subscription_locks SET asked_until = now() WHERE stripe_subscription_id = $1',
    [it.subscription],
  )
  t.like(await it.ask('subscription/resume', {}), {
    status: 200,
    body: { subscription: { status: 'active', scheduledEnd: null } },
  })
  t.like(await it.atStripe(), { status: 'active', cancel_at_period_end: false })
  t.is(await it.timesPaid(PRO), 2)
})

test.serial(
  'a card is asked once, also where the request reaches Stripe the second time',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    await it.stripe.subscriptions.pause(it.subscription, KEEPING)
    await it.payBy('pm_card_chargeCustomerFail')
    await it.drained()
    const resume = () => it.ask('subscription/resume', {})
    const disturbance = line.disturb('is cut off')
    t.like(await resume(), UNAVAILABLE)
    disturbance.end()
    t.like(await resume(), { status: 402, body: { error: { code: 'RESUMPTION_UNPAID' } } })
    const { data } = await it.stripe.charges.list({ customer: it.customer })
    t.is(data.filter(({ status }) => status === 'failed').length, 1)
  },
)

test.serial('what a process was asking when it was killed is charged once', async (t) => {
  const it = await refunded(t)
  const disturbance = line.disturb('goes on')
  const click = it.change(STARTER, {}, 0)
  await disturbance.sent
  const [answer] = await Promise.allSettled([
    click,
    stage.kill(async () => {
      await it.passed('held_until')
      t.like(await it.change(PRO_YEARLY, {}, 1), BUSY)
      disturbance.end()
      t.is((await it.change(STARTER, {}, 1)).status, 200)
      await disturbance.arrives()
    }),
  ])
  t.is(answer.status, 'rejected', 'it was killed')
  t.is(await it.timesPaid(STARTER), 1)
  t.is(await it.plan(), STARTER)
})

test.serial('one click charges once, also where Stripe fails after it has begun', async (t) => {
  const it = await refunded(t)
  it.sandbox.failures({ count: 1 })
  t.like(await it.change(STARTER), UNAVAILABLE)
  t.like(await it.change(PRO_YEARLY), BUSY, 'Stripe may still do what it has begun')
  t.like(await it.change(STARTER), UNAVAILABLE, 'it repeats its error')
  it.sandbox.rollForward()
  t.is((await it.change(STARTER)).status, 200)
  t.is(await it.timesPaid(STARTER), 1)
  t.is((await it.change(PRO_YEARLY)).status, 200, 'it is known what became of the first')
})

test.serial(
  'what Stripe has begun and never does is asked for anew, after two minutes',
  async (t) => {
    const it = await refunded(t)
    const until = () =>
      it.world.rows<{ until: string }>(
        "SELECT date_trunc('milliseconds', asked_until)::text AS until FROM subscription_locks WHERE stripe_subscription_id = $1",
        [it.subscription],
      )
    it.sandbox.failures({ count: 1 })
    t.like(await it.change(STARTER), UNAVAILABLE)
    await it.world.rows(
      "UPDATE subscription_locks SET asked_until = asked_until - interval '1 minute' WHERE stripe_subscription_id = $1",
      [it.subscription],
    )
    const first = await until()
    t.is(first.length, 1)
    t.like(await it.change(STARTER), UNAVAILABLE)
    t.deepEqual(await until(), first, 'who clicks does not wait for longer')
    await it.passed('asked_until')
    t.is((await it.change(STARTER)).status, 200)
    t.is(await it.timesPaid(STARTER), 1)
  },
)

test.serial(
  'what Stripe has begun for an agent, a person is not charged for as well',
  async (t) => {
    const it = await refunded(t)
    const agent = await it.agentOf(STARTER)
    it.sandbox.failures({ count: 1 })
    t.is(await agent.change(), 'CHANGE_NOT_REPEATED', 'it was asked for twice, under one key')
    t.like(await it.change(STARTER), BUSY)
    it.sandbox.rollForward()
    await it.passed('asked_until')
    t.is((await it.change(STARTER)).status, 200, 'it is done')
    t.is(await it.timesPaid(STARTER), 1)
  },
)
