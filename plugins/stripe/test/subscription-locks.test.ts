import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
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
      locks().hold(`sub_many_${n}`, async ({ renew }) => {
        if (++arrived === MANY) go()
        await all
        await renew()
      }),
    ),
  )
  t.is(arrived, MANY)
})

test('what a process that died has held is free again, and one that only slept asks nothing', async (t) => {
  const slept = locks().hold('sub_slept', async ({ renew }) => {
    await renew()
    await app.db.query(
      "UPDATE subscription_locks SET held_until = now() - interval '1 second' WHERE stripe_subscription_id = $1",
      ['sub_slept'],
    )
    t.is(await locks().hold('sub_slept', async () => 'changed'), 'changed')
    await renew()
  })
  await t.throwsAsync(slept, { code: 'SUBSCRIPTION_BUSY' })
})
