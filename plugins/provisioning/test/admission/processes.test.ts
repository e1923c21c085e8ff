import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, call } from '../support/application.js'
import { mostAtOnce, watch } from '../support/naps.js'

const LIMIT = 3
const app = await application({
  everyone: { limits: { agent_concurrency: LIMIT } },
  leaseSeconds: 6,
})
const { naps, slots, sleep, begun, queued } = watch(app)
test.after.always(() => app.close())

test.serial(
  'of fifty runs too many on two processes no more run at once than the plan has, and all in the end',
  async (t) => {
    const other = await app.node()
    t.teardown(() => other.end('SIGTERM'))
    const userId = await app.user()
    const runs = Array.from({ length: LIMIT + 50 }, (_, n) =>
      n % 2 === 0
        ? sleep(userId, 20)
        : call(`${other.url}/lab/sleep`, { body: { userId, ms: 20 } }).then(({ status }) =>
            t.is(status, 200),
          ),
    )
    await Promise.all(runs)
    const all = await naps(userId)
    t.is(all.length, LIMIT + 50)
    t.is(mostAtOnce(all), LIMIT)
    t.deepEqual(await slots(userId), [])
  },
)

test.serial(
  'the runs of a process that lives keep their slots, and those of one that has died lose them',
  async (t) => {
    const other = await app.node()
    const userId = await app.user()
    const theirs = Array.from({ length: LIMIT }, () =>
      call(`${other.url}/lab/sleep`, { body: { userId, ms: 55_000 } }).catch(() => 'cut off'),
    )
    await begun(userId, LIMIT)
    const [first] = await slots(userId)
    const ours = sleep(userId, 0)
    await queued(userId, 1)
    // When the first lease is over, they have another.
    const over = Number(first?.expires_at)
    await waitFor(async () => Date.now() > over)
    t.true((await slots(userId)).every(({ expires_at: end }) => Number(end) > over))
    t.is((await naps(userId)).length, LIMIT)
    await other.end('SIGKILL')
    await ours
    t.is((await naps(userId)).length, LIMIT + 1)
    t.deepEqual(await Promise.all(theirs), Array<string>(LIMIT).fill('cut off'))
  },
)

test.serial('an application that stops leaves its slots at once', async (t) => {
  const other = await app.node()
  const userId = await app.user()
  const run = call(`${other.url}/lab/sleep`, { body: { userId, ms: 50_000 } }).catch(
    () => 'cut off',
  )
  await begun(userId, 1)
  await other.end('SIGTERM')
  t.deepEqual(await slots(userId), [])
  await run
})
