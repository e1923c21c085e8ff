import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { today } from '../src/day.js'
import { application } from './application.js'

const JOBS = ['job.analytics.hourly', 'job.analytics.daily', 'job.analytics.weekly']

test('each job runs once for each time it is due, on however many nodes', async (t) => {
  const first = await application({ jobs: true })
  t.teardown(() => first.close())
  await first.stop()
  const { db, close } = await application({ serve: false, url: first.url })
  t.teardown(close)
  await db.query("UPDATE event_schedules SET due_at = now() - interval '1 minute'")
  const nodes = await Promise.all([1, 2, 3].map(() => application({ jobs: true, url: first.url })))
  for (const node of nodes) t.teardown(() => node.close())
  const runs = () =>
    db.query<{ type: string; runs: number; times: number }>(
      `SELECT event_type AS type, count(*)::int AS runs, count(DISTINCT payload ->> 'dueAt')::int AS times
       FROM events WHERE event_type = ANY ($1) GROUP BY 1`,
      [JOBS],
    )
  await waitFor(async () => (await runs()).length === JOBS.length, { timeoutMs: 60_000 })
  await waitFor(
    async () => (await db.query('SELECT 1 FROM event_deliveries LIMIT 1')).length === 0,
    { timeoutMs: 60_000 },
  )
  for (const { type, runs: begun, times } of await runs()) t.is(begun, times, type)
  t.deepEqual(await db.query('SELECT 1 FROM event_dead_letters'), [])
  const range = { from: today(-1), to: today() }
  const computed = await nodes[0]?.analytics.metrics({ ...range, names: ['paying_customers'] })
  t.true((computed ?? []).length > 0)
})
