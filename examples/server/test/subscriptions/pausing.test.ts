import test from 'ava'
import { KEEPING, PRO, STARTER, subscriber } from '../billing/subscriber.js'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

const REFUSED = { status: 409, body: { error: { code: 'SUBSCRIPTION_PAUSED' } } }

for (const days of [0, 60])
  test.serial(`the plan of what is paused for ${days} days is not changed`, async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    await it.stripe.subscriptions.pause(it.subscription, KEEPING)
    await it.drained()
    it.sandbox.advance({ days })
    t.like(await it.change(STARTER, { preview: true }), REFUSED)
    t.like(await it.change(STARTER), REFUSED)
    const agent = await it.agentOf(STARTER)
    t.is(await agent.preview(), 'SUBSCRIPTION_PAUSED')
    t.is(await agent.change(), 'SUBSCRIPTION_PAUSED')
    t.like(await it.atStripe(), { status: 'paused' })
    t.is(await it.balance(), 0)

    t.is((await it.ask('subscription/resume', {})).status, 200)
    t.is((await it.change(STARTER)).status, 200, 'once it is resumed and paid')
    t.is(await it.balance(), STARTER - PRO)
  })

for (const days of [0, 20])
  test.serial(
    `what a pause has given back, and ${days} days later pays for the resumption, counts`,
    async (t) => {
      const it = await subscriber(t, stage, { plan: PRO })
      await it.stripe.subscriptions.pause(it.subscription, {})
      it.sandbox.advance({ days })
      await it.drained()
      t.is((await it.ask('subscription/resume', {})).status, 200)
      t.is((await it.change(STARTER)).status, 200)
      t.is(await it.balance(), STARTER - PRO)
    },
  )

for (const [how, days, pause, status] of [
  ['waits', 0, {}, 200],
  ['has waited for 60 days', 60, {}, 409],
  ['was invoiced', 0, { invoicing_behavior: 'invoice' }, 409],
] as const)
  test.serial(
    `what was refunded before a pause pays for no credit, where that of the pause ${how}`,
    async (t) => {
      const it = await subscriber(t, stage, { plan: PRO })
      await it.refund()
      await it.stripe.subscriptions.pause(it.subscription, pause)
      it.sandbox.advance({ days })
      await it.drained()
      t.is((await it.ask('subscription/resume', {})).status, 200)
      t.is((await it.change(STARTER)).status, status)
      t.is(await it.balance(), 0)
    },
  )

test.serial(
  'a trial that ended without a card is resumed before its plan is changed',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    const id = await it.tryWithoutCard('pause')
    it.sandbox.advance({ days: 40 })
    await it.drained()
    t.like(await it.stripe.subscriptions.retrieve(id), { status: 'paused' })
    t.like(await it.change(PRO, { preview: true }), REFUSED)
    t.like(await it.change(PRO), REFUSED)
    t.is(await it.balance(), 0)
  },
)
