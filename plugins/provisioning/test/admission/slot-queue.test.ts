import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, call, type Answered } from '../support/application.js'
import { sleeper } from '../support/lab.js'

const LIMIT = 3
const app = await application({
  everyone: { limits: { agent_concurrency: LIMIT } },
  leaseSeconds: 2,
  queueLimit: 60,
})
test.after.always(() => app.close())

const sleep = (userId: string, ms: number, signal?: AbortSignal) =>
  app.forge.run(sleeper, { ms }, { principal: { userId }, ...(signal ? { signal } : {}) })

interface Nap {
  began: Date
  ended: Date | null
}
const naps = (userId: string) =>
  app.db.query<Nap>('SELECT began, ended FROM naps WHERE user_id = $1 ORDER BY began', [userId])

/** The most that were under way at one time. */
function mostAtOnce(all: readonly Nap[]): number {
  const awake = (at: Date) =>
    all.filter(({ began, ended }) => began <= at && (!ended || at < ended))
  return Math.max(0, ...all.map(({ began }) => awake(began).length))
}
const begun = (userId: string, count: number) =>
  waitFor(async () => (await naps(userId)).length >= count)
const slots = (userId: string) =>
  app.db.query<{ running: boolean; expires_at: Date }>(
    'SELECT admitted_at IS NOT NULL AS running, expires_at FROM agent_slots WHERE user_id = $1 ORDER BY id',
    [userId],
  )
const queued = (userId: string, count: number) =>
  waitFor(async () => (await slots(userId)).filter(({ running }) => !running).length === count)

test('of fifty runs too many on two processes no more run at once than the plan has, and all in the end', async (t) => {
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
})

test('the runs of a process that lives keep their slots, and those of one that has died lose them', async (t) => {
  const other = await app.node()
  const userId = await app.user()
  const theirs = Array.from({ length: LIMIT }, () =>
    call(`${other.url}/lab/sleep`, { body: { userId, ms: 55_000 } }).catch(() => 'cut off'),
  )
  await begun(userId, LIMIT)
  const [first] = await slots(userId)
  const ours = sleep(userId, 0)
  await queued(userId, 1)
  // Twice as long as a lease: they were renewed.
  const renewed = Number(first?.expires_at) + 4000
  await waitFor(async () => Number((await slots(userId))[0]?.expires_at) > renewed)
  t.is((await naps(userId)).length, LIMIT)
  await other.end('SIGKILL')
  await ours
  t.is((await naps(userId)).length, LIMIT + 1)
  t.deepEqual(await Promise.all(theirs), Array<string>(LIMIT).fill('cut off'))
})

test('what runs goes on when the plan becomes smaller, and the next waits until fewer run', async (t) => {
  const userId = await app.user()
  const end = new AbortController()
  const running = [sleep(userId, 1), ...[1, 2].map(() => sleep(userId, 50_000, end.signal))]
  await begun(userId, LIMIT)
  await app.override(userId, 'agent_concurrency', 1)
  await running[0]
  const next = sleep(userId, 0)
  await queued(userId, 1)
  t.is((await slots(userId)).filter(({ running }) => running).length, 2)
  t.is((await naps(userId)).length, LIMIT)
  end.abort()
  await next
  await Promise.allSettled(running)
  t.is(mostAtOnce((await naps(userId)).slice(LIMIT)), 1)
})

test('a larger plan lets those that wait begin', async (t) => {
  const userId = await app.user()
  await app.override(userId, 'agent_concurrency', 0)
  const waiting = sleep(userId, 0)
  await queued(userId, 1)
  await app.override(userId, 'agent_concurrency', 1)
  await waiting
  t.is((await naps(userId)).length, 1)
})

test('a run that is cancelled while it waits leaves the queue, and does not count', async (t) => {
  const userId = await app.user()
  await app.override(userId, 'agent_concurrency', 0)
  await app.override(userId, 'agent_runs', 1)
  const end = new AbortController()
  const cancelled = sleep(userId, 0, end.signal)
  await queued(userId, 1)
  await t.throwsAsync(sleep(userId, 0), { code: 'AGENT_RUNS_EXCEEDED' })
  end.abort()
  await t.throwsAsync(cancelled, { code: 'RUN_CANCELLED' })
  await waitFor(async () => (await slots(userId)).length === 0)
  await app.override(userId, 'agent_concurrency', 1)
  await t.notThrowsAsync(sleep(userId, 0))
  t.is((await naps(userId)).length, 1)
})

test('where as many wait as may, the next is told to come again', async (t) => {
  const userId = await app.user()
  await app.override(userId, 'agent_concurrency', 0)
  const end = new AbortController()
  const waiting = Array.from({ length: 60 }, () => sleep(userId, 0, end.signal))
  await queued(userId, 60)
  const refused: Answered = await call(`${app.url}/lab/sleep`, { body: { userId, ms: 0 } })
  t.is(refused.status, 429)
  t.is(refused.body.error?.code, 'AGENT_QUEUE_FULL')
  t.true(Number(refused.headers.get('Retry-After')) > 0)
  end.abort()
  await Promise.allSettled(waiting)
  await waitFor(async () => (await slots(userId)).length === 0)
})

test('a month has so many runs, and what is used shows', async (t) => {
  const { id: userId, token } = await app.person()
  await app.override(userId, 'agent_runs', 2)
  await sleep(userId, 0)
  await sleep(userId, 0)
  const refused = await t.throwsAsync(sleep(userId, 0), { code: 'AGENT_RUNS_EXCEEDED' })
  t.like(refused, { status: 429, details: { limit: 2, upgradeUrl: '/api/products' } })
  const { body } = await call(`${app.url}/api/entitlements`, { token })
  t.like(body, { limits: { agent_runs: 2 }, used: { agent_runs: 2, agent_concurrency: 0 } })
})

test('the application’s own runs are nobody’s, and not limited', async (t) => {
  await t.notThrowsAsync(
    Promise.all(Array.from({ length: LIMIT + 2 }, () => app.forge.run(sleeper, {}))),
  )
})

test('an application that stops leaves its slots at once', async (t) => {
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
