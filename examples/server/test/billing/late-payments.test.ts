import test from 'ava'
import { problemsOf } from '../histories/play.js'
import { openStage } from '../histories/stage.js'
import { PRO, subscriber } from './subscriber.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

const GRACE_MS = 14 * 86_400_000

test.serial(
  'each lateness has its own days of grace, also where an older invoice was never paid',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    it.sandbox.dunning({ retry_days: [2], then: 'past_due' })
    const pass = async (days: number) => {
      await it.world.pass(days)
      await it.drained()
    }
    const grace = async () => {
      const [row] = await it.world.rows<{ state: { status: string; graceUntil: string | null } }>(
        'SELECT state FROM subscriptions',
      )
      return row?.state
    }
    /** When the newest invoice failed for the first time. */
    const failedAt = async () => {
      const [invoice] = (await it.stripe.invoices.list({ subscription: it.subscription })).data
      return new Date(
        (invoice?.status_transitions.finalized_at ?? 0) * 1000 + GRACE_MS,
      ).toISOString()
    }

    await it.payBy('pm_card_chargeCustomerFail')
    await pass(32)
    t.like(await grace(), { status: 'past_due', graceUntil: await failedAt() })
    await pass(6)
    await it.payBy('pm_card_visa')
    await pass(26)
    t.like(await grace(), { status: 'active', graceUntil: null })
    t.true((await it.invoices()).some(({ status }) => status === 'open'))
    await pass(150)
    // Not by days: on some dates the newest invoice would be a draft yet, which fails an hour later.
    await it.beforeItsEnd(60)
    await it.payBy('pm_card_chargeCustomerFail')
    it.sandbox.advance({ hours: 3 })
    await it.drained()
    t.like(await grace(), { status: 'past_due', graceUntil: await failedAt() })
    const late = await it.world.rows<{ valid_until: Date | null }>(
      'SELECT DISTINCT valid_until FROM entitlements WHERE valid_until IS NOT NULL',
    )
    t.deepEqual(
      late.map(({ valid_until }) => valid_until?.toISOString()),
      [await failedAt()],
    )
    t.deepEqual(await problemsOf(it.world), [])
  },
)
