import assert from 'node:assert/strict'
import type { ForgeError } from '@titanforge/core'
import { captureLog, waitFor } from '@titanforge/core/testing'
import test from 'ava'
import Stripe from 'stripe'
import { StripeErrors } from '../src/errors.js'
import type { Asker, Hold } from '../src/subscriptions/hold.js'
import type { Asked, Request } from '../src/subscriptions/request.js'
import { SubscriptionLocks } from '../src/subscriptions/subscription-locks.js'
import { application } from './application.js'

const app = await application()
test.after.always(() => app.close())

/** As many processes as there are locks. */
const locks = () => new SubscriptionLocks(app.db, captureLog().log)

/** Asks for something of a kind that is told by its words. */
const ask = (hold: Hold, what: string, call: () => Promise<unknown> = async () => {}) =>
  hold.take(
    {
      keyOf: () => `the key of ${what}`,
      async call({ request }, onSent) {
        onSent()
        await call()
        return { id: wordsOf(request) } as Stripe.Subscription
      },
    },
    async (asking) => (await asking({ update: { description: what } })).id,
  )
const wordsOf = (request: Request) => ('update' in request ? request.update.description : '')

const change = (sub: string, what: string, call?: () => Promise<unknown>) =>
  locks().hold(sub, what, (hold) => ask(hold, what, call))
const nobody: Asker = {
  keyOf: () => assert.fail('nothing is asked'),
  call: () => assert.fail('nothing is asked'),
}
const givenUp = () => Promise.reject(StripeErrors.STRIPE_UNAVAILABLE())
const refused = () => Promise.reject(StripeErrors.STRIPE_REFUSED({ reason: 'no' }))
const repeatedFailure = () =>
  StripeErrors.STRIPE_UNAVAILABLE(undefined, {
    cause: new Stripe.errors.StripeAPIError({
      type: 'api_error',
      headers: { 'idempotent-replayed': 'true' },
    }),
  })
const keyRefused = () => Promise.reject(StripeErrors.STRIPE_KEY_REFUSED())

test('a subscription is looked at and changed by one at a time', async (t) => {
  let [inside, most] = [0, 0]
  const work = async () => {
    most = Math.max(most, ++inside)
    await app.db.query('SELECT 1')
    inside--
  }
  await Promise.all(Array.from({ length: 8 }, () => locks().hold('sub_1', 'a wish', work)))
  t.is(most, 1)
  await t.throwsAsync(
    locks().hold('sub_1', 'a wish', () => Promise.reject(new Error('refused'))),
    { message: 'refused' },
  )
  t.is(
    await locks().hold('sub_1', 'a wish', async () => 'next'),
    'next',
    'what failed holds nothing',
  )
})

test('more subscriptions are changed at once than there are connections', async (t) => {
  // The pool has six. Each waits for all others, as for a Stripe that is slow.
  const MANY = 20
  let [arrived, go] = [0, () => {}]
  const all = new Promise<void>((resolve) => (go = resolve))
  await Promise.all(
    Array.from({ length: MANY }, (_, n) =>
      locks().hold(`sub_many_${n}`, 'a wish', async (hold) => {
        if (++arrived === MANY) go()
        await all
        await ask(hold, 'a change')
      }),
    ),
  )
  t.is(arrived, MANY)
})

/** As when it is too late for what was asked. */
const decide = (sub: string) =>
  app.db.query(
    "UPDATE subscription_locks SET asked_until = now() - interval '1 second' WHERE stripe_subscription_id = $1",
    [sub],
  )
/** As when the process that holds it has died, or sleeps, and renews it no more. */
const lapse = (sub: string) =>
  app.db.query(
    `UPDATE subscription_locks SET holder = gen_random_uuid(), held_until = now() - interval '1 second'
     WHERE stripe_subscription_id = $1`,
    [sub],
  )

test('what a process that died has held is free again, and one that only slept asks nothing', async (t) => {
  const slept = locks().hold('sub_slept', 'first', async (hold) => {
    await ask(hold, 'first')
    await lapse('sub_slept')
    t.is(await change('sub_slept', 'second'), 'second')
    await ask(hold, 'third', async () => t.fail('it was asked'))
  })
  await t.throwsAsync(slept, { code: 'SUBSCRIPTION_BUSY' })
})

test('until it is known what became of a request only the same is wanted', async (t) => {
  const sub = 'sub_unknown'
  await t.throwsAsync(change(sub, 'a new period', givenUp), { code: 'STRIPE_UNAVAILABLE' })
  const look = (wish: string) =>
    locks().hold(sub, wish, (hold) => hold.take(nobody, async () => 'as it was wanted'))
  await t.throwsAsync(look('another'), { code: 'SUBSCRIPTION_BUSY' })
  const busy = await t.throwsAsync<ForgeError>(
    change(sub, 'another', async () => t.fail()),
    { code: 'SUBSCRIPTION_BUSY' },
  )
  const { retryAfterSeconds } = busy.details as { retryAfterSeconds: number }
  t.true(retryAfterSeconds > 60 && retryAfterSeconds <= 120)
  t.is(await change(sub, 'a new period'), 'a new period', 'it has the same key')
  t.is(await change(sub, 'another'), 'another', 'the answer has come')

  await t.throwsAsync(change(sub, 'a second', givenUp), { code: 'STRIPE_UNAVAILABLE' })
  t.is(await look('a second'), 'as it was wanted')
  t.is(await look('another'), 'as it was wanted', 'the second was found done')

  await t.throwsAsync(change(sub, 'a third', refused), { code: 'STRIPE_REFUSED' })
  t.is(await change(sub, 'a fourth'), 'a fourth', 'what was refused for good is not carried out')

  await t.throwsAsync(change(sub, 'a fifth', givenUp), { code: 'STRIPE_UNAVAILABLE' })
  await decide(sub)
  t.is(await change(sub, 'a sixth'), 'a sixth', 'it never will be')
})

test('what was asked for a wish is asked again under its key, from its moment, and nothing else is', async (t) => {
  const sub = 'sub_again'
  const at = (moment: number, description = 'yearly') => ({
    update: { description, proration_date: moment },
  })
  const asked: Asked[] = []
  const take = (key: string, request: Request, call: () => Promise<unknown>) =>
    locks().hold(sub, 'yearly', (hold) =>
      hold.take(
        {
          keyOf: () => key,
          call: async ({ request, key }, onSent) => {
            onSent()
            asked.push({ request, key })
            return (await call()) as Stripe.Subscription
          },
        },
        (asking) => asking(request),
      ),
    )
  await t.throwsAsync(take('first', at(1), givenUp), { code: 'STRIPE_UNAVAILABLE' })
  await t.throwsAsync(
    take('second', at(2, 'on other terms'), async () => t.fail()),
    { code: 'SUBSCRIPTION_BUSY' },
  )
  await take('third', at(3), async () => ({}))
  await take('fourth', at(4), async () => ({}))
  t.deepEqual(asked, [
    { request: at(1), key: 'first' },
    { request: at(1), key: 'first' },
    { request: at(4), key: 'fourth' },
  ])
})

test('a refused API key is no answer: what the client tried first may be on its way', async (t) => {
  const sub = 'sub_key'
  await t.throwsAsync(change(sub, 'one', keyRefused), { code: 'STRIPE_KEY_REFUSED' })
  await t.throwsAsync(change(sub, 'another'), { code: 'SUBSCRIPTION_BUSY' })
  t.is(await change(sub, 'one'), 'one')
})

test('an old failure that is only repeated holds nobody up, unless the client itself has tried twice', async (t) => {
  const sub = 'sub_repeated'
  const failing = (times: number) =>
    locks().hold(sub, 'one', (hold) =>
      hold.take(
        {
          keyOf: () => 'the key of one',
          call: async (_asked, onSent) => {
            for (let n = 0; n < times; n++) onSent()
            throw repeatedFailure()
          },
        },
        (asking) => asking({ cancel: 'now' }),
      ),
    )
  await t.throwsAsync(failing(1), { code: 'STRIPE_UNAVAILABLE' })
  t.is(await change(sub, 'another'), 'another')
  await t.throwsAsync(failing(2), { code: 'STRIPE_UNAVAILABLE' })
  await t.throwsAsync(change(sub, 'another'), { code: 'SUBSCRIPTION_BUSY' })
})

test('who looks for long holds it for as long', async (t) => {
  const held = async () =>
    (
      await app.db.query<{ seconds: number }>(
        `SELECT extract(epoch FROM held_until - now())::int AS seconds FROM subscription_locks
         WHERE stripe_subscription_id = 'sub_long'`,
      )
    )[0]?.seconds ?? 0
  await locks().hold('sub_long', 'a wish', async (hold) => {
    await app.db.query(
      `UPDATE subscription_locks SET held_until = now() + interval '30 seconds'
       WHERE stripe_subscription_id = 'sub_long'`,
    )
    await waitFor(async () => (await held()) > 40, {
      what: 'the lock to be renewed',
      timeoutMs: 25_000,
    })
    t.is(await ask(hold, 'a change'), 'a change')
  })
  t.is(await change('sub_long', 'the next'), 'the next', 'it is given back')
})

test.serial('what Stripe has answered is so, also where that cannot be stored', async (t) => {
  await app.db.query(
    `CREATE FUNCTION keep_asked() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the disk is full'; END $$`,
  )
  await app.db.query(
    `CREATE TRIGGER keep_asked BEFORE UPDATE ON subscription_locks FOR EACH ROW
       WHEN (OLD.asked_for IS NOT NULL AND NEW.asked_for IS NULL AND NEW.stripe_subscription_id = 'sub_kept')
       EXECUTE FUNCTION keep_asked()`,
  )
  const { log, lines } = captureLog()
  const kept = new SubscriptionLocks(app.db, log)
  t.is(await kept.hold('sub_kept', 'a wish', (hold) => ask(hold, 'a change')), 'a change')
  t.regex(lines.join(), /was not stored/)
})

test('what a process that died within a request has asked is remembered too', async (t) => {
  const sub = 'sub_died'
  const asked = Promise.withResolvers<void>()
  const dead = Promise.withResolvers<void>()
  const dying = change(sub, 'a new period', () => (asked.resolve(), dead.promise))
  await asked.promise
  await lapse(sub)
  await t.throwsAsync(change(sub, 'another'), { code: 'SUBSCRIPTION_BUSY' })
  t.is(await change(sub, 'a new period'), 'a new period')
  dead.resolve()
  await dying
})

// Alone: what another one is just deleting is left to it.
test.serial('no row outlives what it says', async (t) => {
  await t.throwsAsync(change('sub_left', 'a new period', givenUp))
  const rows = (sub: string) =>
    app.db.query('SELECT 1 FROM subscription_locks WHERE stripe_subscription_id = $1', [sub])
  t.is((await rows('sub_left')).length, 1)
  await decide('sub_left')
  await change('sub_passing', 'something')
  t.is((await rows('sub_left')).length, 0)
  t.is((await rows('sub_passing')).length, 0)
})

test('who is not waited for any more does not wait, and changes nothing', async (t) => {
  const [held, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const other = locks().hold('sub_waiting', 'a wish', () => (held.resolve(), leave.promise))
  await held.promise
  const ending = new AbortController()
  const reason = new Error('the call has taken too long')
  const waiting = locks().hold('sub_waiting', 'a wish', async () => t.fail(), ending.signal)
  ending.abort(reason)
  t.is(await t.throwsAsync(waiting), reason)
  leave.resolve()
  await other
})

test('who waits in vain is told so after a while, and has looked seldom', async (t) => {
  const [held, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const other = locks().hold('sub_in_vain', 'a wish', () => (held.resolve(), leave.promise))
  t.teardown(() => (leave.resolve(), other))
  await held.promise
  let looks = 0
  const query = (sql: string, values?: unknown[]) => (looks++, app.db.query(sql, values))
  const waiting = new SubscriptionLocks({ query } as typeof app.db, captureLog().log)
  await t.throwsAsync(
    waiting.hold('sub_in_vain', 'a wish', async () => t.fail()),
    { code: 'SUBSCRIPTION_BUSY' },
  )
  t.true(looks > 10 && looks < 50, `it has looked ${looks} times`)
})
