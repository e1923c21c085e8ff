import { waitFor } from '@titanforge/core/testing'
import test from 'ava'
import { fillIn } from './histories/cards.js'
import { problemsOf } from './histories/play.js'
import { openStage } from './histories/stage.js'

const TEN_MINUTES = 600
/** More than a handler's failures may be. */
const LOOKS = 12

test.serial(
  'Stripe answers 429, then 500, for ten minutes each: all is applied afterwards, and nobody has to help',
  async (t) => {
    t.timeout(240_000)
    const stage = await openStage({ processes: 1 })
    t.teardown(() => stage.close())
    const world = await stage.begin({ seed: 'outage', chaos: {} })
    const { sandbox } = world.parts
    const offers = await world.offers()
    const checkout = (n: number) =>
      world.ask(
        '/api/billing/checkout',
        { productId: offers[n % offers.length]?.id, quantity: 1 },
        world.people.at(-1)?.token,
      )

    for (const [n, status] of [429, 500].entries()) {
      await world.signUp()
      const { url } = (await checkout(n + 1)).body
      await world.handled()
      sandbox.outage({ status, seconds: TEN_MINUTES })
      // The page is open, and the webhooks come: only the API is away.
      await fillIn(String(url), 'pays')
      await sandbox.drain()
      t.like(await checkout(n), { status: 503, body: { error: { code: 'STRIPE_UNAVAILABLE' } } })
      for (let look = 0; look < LOOKS; look++) {
        // Every one has been tried, and waits to be tried again.
        const tried = 'SELECT 1 FROM event_deliveries WHERE claim IS NOT NULL OR due_at <= now()'
        await waitFor(async () => (await world.rows(tried)).length === 0, { timeoutMs: 30_000 })
        t.true((await world.rows('SELECT 1 FROM event_deliveries')).length > 0)
        t.deepEqual(
          await world.rows(
            'SELECT 1 FROM subscriptions WHERE stripe_customer_id IN (SELECT stripe_customer_id FROM users WHERE email = $1)',
            [world.people.at(-1)?.email],
          ),
          [],
        )
        // Half of the time in all, since Stripe's clock goes on by itself too while we wait.
        sandbox.advance({ seconds: TEN_MINUTES / 2 / LOOKS })
        await world.rows(`UPDATE event_deliveries SET due_at = now()`)
      }
      sandbox.advance({ seconds: TEN_MINUTES / 2 })
      await world.handled()
    }
    t.deepEqual(await world.rows('SELECT reason FROM event_dead_letters'), [])
    t.deepEqual(await problemsOf(world), [])
  },
)
