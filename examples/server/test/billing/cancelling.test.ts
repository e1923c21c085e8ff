import test from 'ava'
import { openStage } from '../histories/stage.js'
import { PRO, PRO_YEARLY, STARTER, subscriber } from './subscriber.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

test.serial(
  'what was asked before an answer was lost does not stand for what is asked now',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    const { world } = it
    /** The process ends between Stripe's answer and our note that it came. */
    const losing = async (work: () => Promise<unknown>) => {
      await world.rows(`CREATE FUNCTION keep_asked() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the process has ended'; END $$`)
      await world.rows(`CREATE TRIGGER keep_asked BEFORE UPDATE ON subscription_locks FOR EACH ROW
        WHEN (OLD.asked IS NOT NULL AND NEW.asked IS NULL) EXECUTE FUNCTION keep_asked()`)
      try {
        await work()
      } finally {
        await world.rows('DROP FUNCTION keep_asked CASCADE')
      }
    }
    const cancel = async () => t.is((await it.ask('subscription/cancel', {})).status, 200)
    const change = async (to: number) => t.is((await it.change(to)).status, 200)
    const cancels = async () => (await it.atStripe()).cancel_at_period_end
    const goOn = () =>
      it.stripe.subscriptions.update(it.subscription, { cancel_at_period_end: false })
    const plan = async () => (await it.atStripe()).items.data[0]?.price.unit_amount

    await losing(cancel)
    // Taken back elsewhere, as in Stripe's dashboard.
    await goOn()
    await cancel()
    t.true(await cancels())
    t.true((await it.shown()).cancelAtPeriodEnd)
    await goOn()

    const [item] = (await it.atStripe()).items.data
    await losing(() => change(PRO_YEARLY))
    await it.stripe.subscriptions.update(it.subscription, {
      items: [{ id: item?.id ?? '', price: item?.price.id ?? '' }],
    })
    t.is(await plan(), PRO)
    await change(PRO_YEARLY)
    t.is(await plan(), PRO_YEARLY)
    await losing(() => change(STARTER))
    await change(STARTER)
    t.is(await plan(), STARTER)
  },
)
