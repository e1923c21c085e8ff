import test from 'ava'
import { openStage } from '../histories/stage.js'
import { PRO, PRO_YEARLY, STARTER, subscriber } from './subscriber.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

test.serial(
  'what was asked before an answer was lost does not stand for what is asked now',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    /** The process has ended between Stripe's answer and our note that it came. */
    const lose = () => it.world.rows('UPDATE stripe_intents SET settled = false')
    const ask = async (verb: string) => (await it.ask(`subscription/${verb}`, {})).status
    const cancels = async () => (await it.atStripe()).cancel_at_period_end
    const plan = async () => (await it.atStripe()).items.data[0]?.price.unit_amount

    t.is(await ask('cancel'), 200)
    await lose()
    t.is(await ask('resume'), 200)
    t.is(await ask('cancel'), 200)
    t.true(await cancels())
    t.true((await it.shown()).cancelAtPeriodEnd)

    // Taken back elsewhere, as in Stripe's dashboard.
    await lose()
    await it.stripe.subscriptions.update(it.subscription, { cancel_at_period_end: false })
    t.is(await ask('cancel'), 200)
    t.true(await cancels())
    await it.stripe.subscriptions.update(it.subscription, { cancel_at_period_end: false })

    const [item] = (await it.atStripe()).items.data
    t.is((await it.change(PRO_YEARLY)).status, 200)
    await lose()
    await it.stripe.subscriptions.update(it.subscription, {
      items: [{ id: item?.id ?? '', price: item?.price.id ?? '' }],
    })
    t.is(await plan(), PRO)
    t.is((await it.change(PRO_YEARLY)).status, 200)
    t.is(await plan(), PRO_YEARLY)
    t.is((await it.change(STARTER)).status, 200)
    await lose()
    t.is((await it.change(STARTER)).status, 200)
    t.is(await plan(), STARTER)
  },
)
