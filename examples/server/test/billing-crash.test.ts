import { waitFor } from '@titanforge/core/testing'
import test from 'ava'
import { perform } from './histories/perform.js'
import { fillIn } from './histories/cards.js'
import { problemsOf } from './histories/play.js'
import { openStage } from './histories/stage.js'

/** Whoever comes to an armed point waits for this advisory lock, and is killed there. */
const POINT = 4711

/** Points of the Billing Agent's work, as the statement that the database sees there. */
const points = {
  'after the 200, before it is claimed':
    'BEFORE UPDATE ON event_deliveries FOR EACH ROW WHEN (NEW.claim IS NOT NULL)',
  'before it fetches the object': 'BEFORE INSERT ON stripe_cursors FOR EACH ROW WHEN (NEW.seq = 1)',
  'after it has fetched the object':
    'BEFORE UPDATE ON stripe_cursors FOR EACH ROW WHEN (NEW.applied_seq > OLD.applied_seq)',
  'when it has written half of it': 'AFTER INSERT ON subscriptions FOR EACH ROW',
  'when it publishes what has changed':
    "BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.event_type = 'billing.subscription_changed')",
  'after it has acknowledged the delivery, before the commit':
    "AFTER DELETE ON event_deliveries FOR EACH ROW WHEN (OLD.consumer = 'billing.agent')",
  'when others handle what it has published': 'BEFORE INSERT ON entitlements FOR EACH ROW',
} as const

/** In the commit itself: the server is gone, and nobody is told that it succeeds. */
const IN_THE_COMMIT = 'AFTER INSERT ON subscriptions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW'

test.serial(
  'killed at each step of the Billing Agent, nothing is lost and nothing done twice',
  async (t) => {
    t.timeout(300_000)
    const stage = await openStage({ processes: 1 })
    t.teardown(() => stage.close())
    const world = await stage.begin({ seed: 'killed', chaos: {} })
    const sql = (text: string) => world.rows(text)
    await sql(`CREATE FUNCTION wait_at_the_point() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_xact_lock_shared(${POINT});
    RETURN COALESCE(NEW, OLD);
  END $$`)

    const killAt = async (name: string, kind: string, where: string) => {
      await world.signUp()
      const person = world.people.at(-1)
      const offers = (await world.offers()).filter(({ type }) => type === 'subscription')
      const body = { productId: offers[world.people.length % offers.length]?.id, quantity: 1 }
      const { url } = (await world.ask('/api/billing/checkout', body, person?.token)).body
      await world.handled()
      await sql(`SELECT pg_advisory_lock(${POINT})`)
      await sql(`CREATE ${kind} armed_point ${where} EXECUTE FUNCTION wait_at_the_point()`)
      await fillIn(String(url), 'pays')
      const waiting = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = ${POINT} AND NOT granted`
      await waitFor(async () => (await sql(waiting)).length > 0, { what: `somebody to be ${name}` })
      await stage.kill(async () => {
        await sql(`SELECT pg_advisory_unlock(${POINT})`)
        await waitFor(async () => (await sql(waiting)).length === 0)
        await sql(`DROP TRIGGER armed_point ON ${/ ON (\w+)/.exec(where)?.[1]}`)
      })
      await world.parts.sandbox.drain()
      await world.handled()
      const known =
        'SELECT (s.state ->> $2)::boolean AS access FROM subscriptions s JOIN users u ON u.id = s.user_id WHERE email = $1'
      t.deepEqual(await world.rows(known, [person?.email, 'access']), [{ access: true }], name)
    }

    for (const [name, where] of Object.entries(points)) await killAt(name, 'TRIGGER', where)
    await killAt('in the commit', 'CONSTRAINT TRIGGER', IN_THE_COMMIT)
    await perform(world, { do: 'let pass', days: 35 })
    t.deepEqual(await problemsOf(world), [])
  },
)
