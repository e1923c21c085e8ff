import type { ForgeError } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { StripeErrors } from '../src/errors.js'
import { SubscriptionLocks } from '../src/subscriptions/subscription-locks.js'
import { application } from './application.js'

const app = await application()
test.after.always(() => app.close())

/** As many processes as there are locks. */
const locks = () => new SubscriptionLocks(app.db, captureLog().log)

test('a subscription is looked at and changed by one at a time', async (t) => {
  let [inside, most] = [0, 0]
  const work = async () => {
    most = Math.max(most, ++inside)
    await app.db.query('SELECT 1')
    inside--
  }
  await Promise.all(Array.from({ length: 8 }, () => locks().hold('sub_1', work)))
  t.is(most, 1)
  await t.throwsAsync(
    locks().hold('sub_1', () => Promise.reject(new Error('refused'))),
    { message: 'refused' },
  )
  t.is(await locks().hold('sub_1', async () => 'next'), 'next', 'what failed holds nothing')
})

test('more subscriptions are changed at once than there are connections', async (t) => {
  // The pool has six. Each waits for all others, as for a Stripe that is slow.
  const MANY = 20
  let [arrived, go] = [0, () => {}]
  const all = new Promise<void>((resolve) => (go = resolve))
  await Promise.all(
    Array.from({ length: MANY }, (_, n) =>
      locks().hold(`sub_many_${n}`, async (hold) => {
        if (++arrived === MANY) go()
        await all
        await hold.ask('a change', async () => {})
      }),
    ),
  )
  t.is(arrived, MANY)
})

/** Lets times of a lock pass. */
const age = (sub: string, ...columns: ('held_until' | 'asked_until')[]) =>
  app.db.query(
    `UPDATE subscription_locks SET ${columns.map((name) => `${name} = now() - interval '1 second'`).join()}
     WHERE stripe_subscription_id = $1`,
    [sub],
  )

const change = (sub: string, what: string, call: () => Promise<unknown> = async () => what) =>
  locks().hold(sub, (hold) => hold.ask(what, call))
const givenUp = () => Promise.reject(StripeErrors.STRIPE_UNAVAILABLE())
const refused = () => Promise.reject(StripeErrors.STRIPE_REFUSED({ reason: 'no' }))

test('what a process that died has held is free again, and one that only slept asks nothing', async (t) => {
  const slept = locks().hold('sub_slept', async (hold) => {
    await hold.ask('first', async () => {})
    await age('sub_slept', 'held_until')
    t.is(await change('sub_slept', 'second'), 'second')
    await hold.ask('third', async () => t.fail('it was asked'))
  })
  await t.throwsAsync(slept, { code: 'SUBSCRIPTION_BUSY' })
})

test('until it is known what became of a request only the same is asked, and everybody may look', async (t) => {
  const sub = 'sub_unknown'
  await t.throwsAsync(change(sub, 'a new period', givenUp), { code: 'STRIPE_UNAVAILABLE' })
  t.is(await locks().hold(sub, async () => 'looked'), 'looked')
  const busy = await t.throwsAsync<ForgeError>(
    change(sub, 'another', async () => t.fail()),
    {
      code: 'SUBSCRIPTION_BUSY',
    },
  )
  const { retryAfterSeconds } = busy.details as { retryAfterSeconds: number }
  t.true(retryAfterSeconds > 60 && retryAfterSeconds <= 120)
  t.is(await change(sub, 'a new period'), 'a new period', 'it has the same key')
  t.is(await change(sub, 'another'), 'another', 'the answer has come')

  await t.throwsAsync(change(sub, 'a third', refused), { code: 'STRIPE_REFUSED' })
  t.is(await change(sub, 'a fourth'), 'a fourth', 'what was refused for good is not carried out')

  await t.throwsAsync(change(sub, 'a fifth', givenUp), { code: 'STRIPE_UNAVAILABLE' })
  await age(sub, 'asked_until')
  t.is(await change(sub, 'a sixth'), 'a sixth', 'it never will be')
})

test('what a process that died within a request has asked is remembered too', async (t) => {
  const sub = 'sub_died'
  const asked = Promise.withResolvers<void>()
  const dead = Promise.withResolvers<void>()
  const dying = change(sub, 'a new period', () => (asked.resolve(), dead.promise))
  await asked.promise
  await age(sub, 'held_until')
  await t.throwsAsync(change(sub, 'another'), { code: 'SUBSCRIPTION_BUSY' })
  t.is(await change(sub, 'a new period'), 'a new period')
  dead.resolve()
  await dying
})

test('no row outlives what it says', async (t) => {
  await t.throwsAsync(change('sub_left', 'a new period', givenUp))
  const rows = (sub: string) =>
    app.db.query('SELECT 1 FROM subscription_locks WHERE stripe_subscription_id = $1', [sub])
  t.is((await rows('sub_left')).length, 1)
  await age('sub_left', 'asked_until')
  await change('sub_passing', 'something')
  t.is((await rows('sub_left')).length, 0)
  t.is((await rows('sub_passing')).length, 0)
})

test('who is not waited for any more does not wait, and changes nothing', async (t) => {
  const [held, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const other = locks().hold('sub_waiting', () => (held.resolve(), leave.promise))
  await held.promise
  const ending = new AbortController()
  const reason = new Error('the call has taken too long')
  const waiting = locks().hold('sub_waiting', async () => t.fail(), ending.signal)
  ending.abort(reason)
  t.is(await t.throwsAsync(waiting), reason)
  leave.resolve()
  await other
})
