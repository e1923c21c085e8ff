import test from 'ava'
import { openStage } from '../histories/stage.js'
import { PRO, PRO_YEARLY, STARTER, subscriber, type Shown } from './subscriber.js'

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

test.serial(
  'of two subscriptions the one that goes on charging is shown and cancelled',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    const ask = async (verb: string, body: object = {}) =>
      (await it.ask(`subscription/${verb}`, body)).body.subscription as Shown
    const price = (await it.stripe.prices.list({ limit: 100 })).data.find(
      ({ unit_amount }) => unit_amount === STARTER,
    )
    it.sandbox.advance({ seconds: 5 })
    const second = await it.stripe.subscriptions.create({
      customer: it.customer,
      items: [{ price: price?.id ?? '' }],
    })
    await it.drained()
    const stripes = async () =>
      (await it.stripe.subscriptions.list({ status: 'all' })).data.map(
        ({ id, status, cancel_at_period_end }) =>
          `${id === second.id ? 'second' : 'first'} ${status} ${cancel_at_period_end}`,
      )

    t.like(await it.shown(), { plan: 'Starter' })
    t.like(await ask('cancel'), { plan: 'Starter', cancelAtPeriodEnd: true })
    t.like(await it.shown(), { plan: 'Pro', cancelAtPeriodEnd: false })
    t.like(await ask('resume'), { plan: 'Starter', cancelAtPeriodEnd: false }, 'what was to end')
    t.like(await ask('cancel', { when: 'now' }), { plan: 'Starter', status: 'canceled' })
    await it.drained()
    t.like(await it.shown(), { plan: 'Pro', status: 'active', cancelAtPeriodEnd: false })
    t.deepEqual(await stripes(), ['second canceled false', 'first active false'])
    t.like(await ask('cancel'), { plan: 'Pro', cancelAtPeriodEnd: true })
    t.deepEqual(await stripes(), ['second canceled false', 'first active true'])
  },
)
