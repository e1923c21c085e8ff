import test from 'ava'
import { PRO, PRO_YEARLY, STARTER, subscriber } from '../billing/subscriber.js'
import { openLine } from '../histories/line.js'
import { openStage } from '../histories/stage.js'

const line = await openLine()
const stage = await openStage({ processes: 1, line })
test.after.always(async () => {
  await stage.close()
  await line.close()
})

test.serial(
  'what Stripe begins on a second click, and fails at, holds others up for as long as on the first',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    await it.refund()
    const disturbance = line.disturb('is cut off')
    t.is((await it.change(STARTER)).status, 503)
    disturbance.end()
    await it.world.rows(
      "UPDATE subscription_locks SET asked_until = now() + interval '30 seconds' WHERE stripe_subscription_id = $1",
      [it.subscription],
    )
    it.sandbox.failures({ count: 1 })
    t.is((await it.change(STARTER)).status, 503, 'the first of it that reaches Stripe')
    const [left] = await it.world.rows<{ seconds: number }>(
      `SELECT extract(epoch FROM asked_until - now())::int AS seconds FROM subscription_locks
       WHERE stripe_subscription_id = $1`,
      [it.subscription],
    )
    t.true((left?.seconds ?? 0) > 60, `${left?.seconds} s`)
    t.like(await it.change(PRO_YEARLY), {
      status: 503,
      body: { error: { code: 'SUBSCRIPTION_BUSY' } },
    })
    it.sandbox.rollForward()
    t.is((await it.change(STARTER)).status, 200, 'it is done')
    t.is(await it.timesPaid(STARTER), 1)
    t.is(await it.timesPaid(PRO_YEARLY), 0)
  },
)
