import test, { type ExecutionContext } from 'ava'
import { PRO, STARTER, subscriber } from '../billing/subscriber.js'
import { openLine } from '../histories/line.js'
import { openStage } from '../histories/stage.js'

// A change is carried out at the moment at which it was looked at, in the period that it was in, or not at all.
const line = await openLine()
const stage = await openStage({ processes: 1, line })
test.after.always(async () => {
  await stage.close()
  await line.close()
})

const SEATS = 100
const PERIODS = {
  'a period': { plan: PRO, code: 'PERIOD_ENDING' },
  'a trial that goes on': { plan: STARTER, code: 'TRIAL_ENDING' },
} as const

/** Somebody with many seats, a minute before the end of a period, and those who make one seat of them. */
async function atTheEndOf(t: ExecutionContext, period: keyof typeof PERIODS) {
  const { plan, code } = PERIODS[period]
  const it = await subscriber(t, stage, { plan, quantity: SEATS })
  const agent = await it.agentOf(plan, { quantity: 1 })
  await it.beforeItsEnd(60)
  const change = async (more: object = {}) => {
    const { status, body } = await it.change(plan, { quantity: 1, ...more })
    return status === 200 ? undefined : (body.error as { code: string }).code
  }
  const asShown = async () => {
    const { body } = await it.change(plan, { quantity: 1, preview: true })
    const { amountDue, credit, prorationDate } = body.preview as Record<string, number>
    return change({ shown: { amountDue, credit, prorationDate } })
  }
  const by = { 'a person': () => change(), 'who was shown it': asShown, 'an agent': agent.change }
  return { ...it, code, by }
}

for (const period of ['a period', 'a trial that goes on'] as const)
  for (const who of ['a person', 'who was shown it', 'an agent'] as const) {
    test.serial(`of ${period} nothing is credited to ${who} when it is over`, async (t) => {
      const it = await atTheEndOf(t, period)
      const disturbance = line.disturb('is cut off')
      t.is(await it.by[who](), 'STRIPE_UNAVAILABLE')
      disturbance.end()
      it.sandbox.advance({ seconds: 70 })
      await disturbance.arrives()
      t.is(await it.balance(), 0)
      t.is((await it.atStripe()).items.data[0]?.quantity, SEATS)
    })

    test.serial(`until ${period} is over it is changed by ${who}`, async (t) => {
      const it = await atTheEndOf(t, period)
      await it.by[who]()
      t.is((await it.atStripe()).items.data[0]?.quantity, 1)
    })
  }

for (const period of ['a period', 'a trial that goes on'] as const)
  for (const who of ['a person', 'who was shown it'] as const)
    test.serial(`that ${period} was over is said to ${who}, and when to come back`, async (t) => {
      const it = await atTheEndOf(t, period)
      const disturbance = line.disturb('goes on')
      const click = it.by[who]()
      await disturbance.sent
      it.sandbox.advance({ seconds: 70 })
      disturbance.end()
      t.is(await click, it.code)
      t.is(await it.balance(), 0)
      t.is((await it.atStripe()).items.data[0]?.quantity, SEATS)
    })

test.serial('no new period is begun by a request that may come in the next one', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO, quantity: SEATS })
  await it.refund()
  const agent = await it.agentOf(STARTER)
  await it.beforeItsEnd(240)
  const { body } = await it.change(STARTER, { preview: true })
  const { amountDue, credit, prorationDate } = body.preview as Record<string, number>
  t.is(amountDue, SEATS * STARTER)
  await it.beforeItsEnd(90)
  for (const more of [{ preview: true }, {}, { shown: { amountDue, credit, prorationDate } }]) {
    const { status, body } = await it.change(STARTER, more)
    t.is(status, 503)
    t.like(body.error, { code: 'PERIOD_ENDING' })
    const { details } = body.error as { details: { retryAfterSeconds: number } }
    t.true(details.retryAfterSeconds > 60 && details.retryAfterSeconds <= 150)
  }
  t.is(await agent.preview(), 'PERIOD_ENDING')
  t.is(await agent.change(), 'PERIOD_ENDING')
  t.is(await it.timesPaid(SEATS * STARTER), 0)
  // Once it has begun and is paid, it is counted.
  it.sandbox.advance({ hours: 3 })
  await it.drained()
  t.like(await agent.change(), { id: it.subscription })
  t.is(await it.plan(), STARTER)
  t.is(await it.timesPaid(SEATS * STARTER), 0)
})
