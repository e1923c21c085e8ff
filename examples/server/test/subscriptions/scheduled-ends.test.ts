import test from 'ava'
import { PRO, PRO_YEARLY, STARTER, subscriber } from '../billing/subscriber.js'
import { openStage } from '../histories/stage.js'

// Who is to lose a subscription at a date pays for no time after it, and can still change what is left.
const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

type Subscriber = Awaited<ReturnType<typeof subscriber>>

const ENDING = { status: 409, body: { error: { code: 'SUBSCRIPTION_ENDING' } } }
const FREE = { amountDue: 0, credit: 0, lines: [], isPeriodCounted: true }
const DAY = 86_400

const SITUATIONS = {
  'another interval': { plan: PRO, to: PRO_YEARLY },
  'the end of a trial': { plan: STARTER, to: PRO },
  'a period that begins anew': { plan: PRO, to: STARTER, refunds: true },
}

for (const [situation, { plan, to, ...more }] of Object.entries(SITUATIONS))
  test.serial(`${situation} is not charged where the portal has scheduled the end`, async (t) => {
    const it = await subscriber(t, stage, { plan })
    if ('refunds' in more) await it.refund()
    it.sandbox.advance({ days: 5 })
    await it.cancelByPortal()
    const before = await it.atStripe()
    t.like(await it.change(to, { preview: true }), ENDING)
    t.like(await it.change(to), ENDING)
    const agent = await it.agentOf(to)
    t.is(await agent.preview(), 'SUBSCRIPTION_ENDING')
    t.is(await agent.change(), 'SUBSCRIPTION_ENDING')
    t.deepEqual(await it.atStripe(), before)
    t.is((await it.ask('subscription/resume', {})).status, 200)
    t.is((await it.change(to)).status, 200, 'once it goes on')
    t.is(await it.plan(), to)
  })

test.serial('what goes on for longer than the new period may be changed', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const cancel_at = it.sandbox.now + 500 * DAY
  await it.stripe.subscriptions.update(it.subscription, { cancel_at })
  await it.drained()
  t.is((await it.change(PRO_YEARLY)).status, 200)
  t.like(await it.atStripe(), { cancel_at, cancel_at_period_end: false })
})

test.serial(
  'an end at the end of the period moves with it, and keeps nobody from more',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    t.is((await it.ask('subscription/cancel', {})).status, 200)
    t.is((await it.change(PRO_YEARLY)).status, 200)
    const { cancel_at, items } = await it.atStripe()
    t.is(cancel_at, items.data[0]?.current_period_end ?? 0)
  },
)

test.serial('seats are added up to the end that the portal has scheduled', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.cancelByPortal()
  const { body } = await it.change(PRO, { quantity: 2, preview: true })
  const { amountDue } = body.preview as { amountDue: number }
  t.true(amountDue > 0)
  t.is((await it.change(PRO, { quantity: 2 })).status, 200)
})

test.serial('a fee for a longer time that waits keeps nobody from a change', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.cancelByPortal()
  const { now } = it.sandbox
  await it.stripe.invoiceItems.create({
    ...{ customer: it.customer, amount: 1200, currency: 'usd' },
    period: { start: now, end: now + 365 * DAY },
  })
  t.is((await it.change(STARTER)).status, 200)
  t.is(await it.plan(), STARTER)
})

test.serial('before an end within the period seats are taken back, and none added', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO, quantity: 3 })
  const cancel_at = it.sandbox.now + 10 * DAY
  await it.stripe.subscriptions.update(it.subscription, { cancel_at })
  await it.drained()
  t.like(await it.change(PRO, { quantity: 4 }), ENDING)
  t.is((await it.change(PRO, { quantity: 1 })).status, 200)
  t.like(await it.atStripe(), { cancel_at, items: { data: { 0: { quantity: 1 } } } })
})

const CANCELLATIONS = {
  here: async (it: Subscriber) => void (await it.ask('subscription/cancel', {})),
  'in the portal': (it: Subscriber) => it.cancelByPortal(),
}

for (const [where, cancel] of Object.entries(CANCELLATIONS)) {
  test.serial(`who has cancelled a trial ${where} is shown what a change costs`, async (t) => {
    const it = await subscriber(t, stage, { plan: STARTER })
    await cancel(it)
    const { cancel_at } = await it.atStripe()
    const agent = await it.agentOf(STARTER, { quantity: 2 })
    t.like((await it.change(STARTER, { preview: true })).body.preview, {
      ...FREE,
      trial: 'goes_on',
    })
    t.like(await agent.preview(), { ...FREE, trial: 'goes_on' })
    const { body } = await it.change(STARTER, { quantity: 2, preview: true })
    t.like(body.preview, { ...FREE, trial: 'goes_on', currency: 'usd' })
    const { amountDue, credit, prorationDate } = body.preview as Record<string, number>
    const shown = { amountDue, credit, prorationDate }
    t.is((await it.change(STARTER, { quantity: 2, shown })).status, 200)
    t.like(await it.atStripe(), { status: 'trialing', cancel_at })
    t.is((await it.atStripe()).items.data[0]?.quantity, 2)
  })

  test.serial(`who has cancelled ${where} is shown that what is so costs nothing`, async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    await cancel(it)
    t.like((await it.change(PRO, { preview: true })).body.preview, { ...FREE, trial: null })
  })
}
