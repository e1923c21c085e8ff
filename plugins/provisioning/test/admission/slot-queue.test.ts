import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, call, type Answered } from '../support/application.js'
import { sleeper } from '../support/lab.js'
import { mostAtOnce, watch } from '../support/naps.js'

const LIMIT = 3
const app = await application({
  everyone: { limits: { agent_concurrency: LIMIT } },
  queueLimit: 20,
})
const { naps, slots, sleep, begun, queued } = watch(app)
test.after.always(() => app.close())

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
  const waiting = Array.from({ length: 20 }, () => sleep(userId, 0, end.signal))
  await queued(userId, 20)
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
