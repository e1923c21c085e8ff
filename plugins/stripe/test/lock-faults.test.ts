import type { ForgeError } from '@titanforge/core'
import { captureLog, waitFor } from '@titanforge/core/testing'
import { DatabaseErrors } from '@titanforge/database'
import test from 'ava'
import { StripeGateway } from '../src/gateway.js'
import { AgentSteps } from '../src/subscriptions/agent-steps.js'
import { SubscriptionLocks } from '../src/subscriptions/subscription-locks.js'
import { application } from './application.js'
import { stripeStandIn } from './stripe-stand-in.js'

const app = await application()
const api = await stripeStandIn()
test.after.always(async () => {
  await app.close()
  await api.close()
})
const gateway = new StripeGateway({ secretKey: 'sk_test_of_the_tests', apiBase: api.url })
const { log, lines } = captureLog()
const locks = new SubscriptionLocks(app.db, log)
const cancelled = (id: string) => ({ id, object: 'subscription', status: 'canceled' })

/** Ends the connection of the first statement of a kind that concerns a subscription. */
async function cutOnce(sub: string, when: string) {
  await app.db.query(`CREATE SEQUENCE cuts_of_${sub}`)
  await app.db.query(
    `CREATE FUNCTION cut_${sub}() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF nextval('cuts_of_${sub}') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
       RETURN NEW;
     END $$`,
  )
  const [verb, condition = 'true'] = when.split(' WHEN ')
  await app.db.query(
    `CREATE TRIGGER cut_${sub} BEFORE ${verb} ON subscription_locks FOR EACH ROW
     WHEN (NEW.stripe_subscription_id = '${sub}' AND ${condition}) EXECUTE FUNCTION cut_${sub}()`,
  )
  return async () => {
    const [row] = await app.db.query<{ cut: boolean }>(
      `SELECT is_called AS cut FROM cuts_of_${sub}`,
    )
    return row?.cut
  }
}
/** The row of a subscription where others have to wait for it. */
const waitedFor = (sub: string) =>
  app.db.query(
    `SELECT 1 FROM subscription_locks WHERE stripe_subscription_id = $1
       AND (held_until > now() + interval '10 seconds' OR asked_until IS NOT NULL)`,
    [sub],
  )

const CUTS = {
  sub_cut_taking: 'INSERT',
  sub_cut_noting: 'UPDATE WHEN NEW.asked IS NOT NULL',
  sub_cut_forgetting: 'UPDATE WHEN OLD.asked IS NOT NULL AND NEW.asked IS NULL',
  sub_cut_releasing: 'UPDATE WHEN NEW.held_until < OLD.held_until',
}
for (const [sub, when] of Object.entries(CUTS))
  test.serial(`a connection that is lost once holds nobody up: ${when}`, async (t) => {
    const wasCut = await cutOnce(sub, when)
    api.objects.set(`/v1/subscriptions/${sub}`, cancelled(sub))
    const steps = new AgentSteps({ gateway, locks })
    const call = { idempotencyKey: sub, signal: new AbortController().signal }
    await steps.run(sub, call, 'cancel', (_client, ask) => ask({ cancel: 'now' }))
    t.true(await wasCut())
    t.is((await waitedFor(sub)).length, 0, lines.join('\n'))
  })

test.serial('a lock is taken also where only the answer to that was lost', async (t) => {
  let lost = false
  const query = async (sql: string, values?: unknown[]) => {
    const rows = await app.db.query(sql, values)
    if (lost || !sql.includes('INSERT')) return rows
    lost = true
    throw DatabaseErrors.DATABASE_UNREACHABLE({ reason: 'the connection ended' })
  }
  const losing = new SubscriptionLocks({ query } as typeof app.db, log)
  t.is(await losing.hold('sub_lost', 'a wish', async () => 'held'), 'held')
  t.true(lost)
})

test.serial('who has waited in vain is told what is left of the lock', async (t) => {
  const sub = 'sub_left'
  await app.db.query(
    `INSERT INTO subscription_locks VALUES ($1, gen_random_uuid(), now() + interval '300 seconds')`,
    [sub],
  )
  const busy = await t.throwsAsync<ForgeError>(
    locks.hold(sub, 'a wish', async () => t.fail()),
    { code: 'SUBSCRIPTION_BUSY' },
  )
  const { retryAfterSeconds } = busy.details as { retryAfterSeconds: number }
  t.true(retryAfterSeconds > 60 && retryAfterSeconds <= 281, `${retryAfterSeconds} s`)
})

test.serial(
  'a call that ends while its request is being noted asks nothing, and leaves no note',
  async (t) => {
    const sub = 'sub_stalled'
    api.objects.set(`/v1/subscriptions/${sub}`, cancelled(sub))
    const steps = new AgentSteps({ gateway, locks })
    const ending = new AbortController()
    const reason = new Error('the call has taken too long')
    const go = Promise.withResolvers<void>()
    let stalling = Promise.resolve()
    const call = { idempotencyKey: 'stalled', signal: ending.signal }
    const run = steps.run(sub, call, 'cancel', async (_client, ask) => {
      const locked = Promise.withResolvers<void>()
      stalling = app.db.transaction(async (tx) => {
        await tx.query(
          'SELECT 1 FROM subscription_locks WHERE stripe_subscription_id = $1 FOR UPDATE',
          [sub],
        )
        locked.resolve()
        await go.promise
      })
      await locked.promise
      return ask({ cancel: 'now' })
    })
    await waitFor(
      async () =>
        (
          await app.db.query(
            `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
             AND query LIKE 'UPDATE subscription_locks SET asked_for = $3%'`,
          )
        ).length > 0,
      { what: 'the note to wait for the row' },
    )
    ending.abort(reason)
    go.resolve()
    t.is(await t.throwsAsync(run), reason)
    await stalling
    t.deepEqual(
      api.requests.filter(({ path }) => path.endsWith(sub)),
      [],
    )
    t.is((await waitedFor(sub)).length, 0)
  },
)
