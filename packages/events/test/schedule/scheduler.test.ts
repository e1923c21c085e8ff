import { createLogger, type EventBus } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { cron } from '../../src/index.js'
import { jobEvent } from '../../src/schedule/job-event.js'
import { Scheduler } from '../../src/schedule/scheduler.js'
import { application, record } from '../application.js'

test('a job runs once for each time it is due, on however many nodes it is', async (t) => {
  const runs: string[] = []
  const job = cron('test.often', '* * * * * *', async ({ dueAt }) => {
    runs.push(dueAt.toISOString())
  })
  const app = await application(t, { jobs: [job] })
  await application(t, { jobs: [job], url: app.url })
  await waitFor(async () => runs.length >= 4, { timeoutMs: 15_000 })
  t.is(new Set(runs).size, runs.length)
  t.deepEqual(runs, runs.toSorted())
  t.true(runs.every((run) => run.endsWith('.000Z')))
})

test('a process that is slow after its look publishes what is due then, and no run a second time', async (t) => {
  const { db } = await application(t, { serve: false })
  await db.query(
    "INSERT INTO event_schedules (job, expression, due_at) VALUES ('test.often', '* * * * * * UTC', '2026-01-01T00:00:00Z')",
  )
  const runs: unknown[] = []
  const bus: Pick<EventBus, 'publish'> = {
    async publish(_tx, _type, payload) {
      runs.push(payload)
      return { id: '', duplicate: false }
    },
  }
  const overtaken: Pick<Database, 'query' | 'transaction'> = {
    async query(sql, values) {
      const rows = await db.query(sql, values)
      // Another process publishes the run that was seen, and the next comes due.
      if (typeof sql === 'string' && sql.startsWith('SELECT job'))
        await db.query("UPDATE event_schedules SET due_at = '2026-01-01T00:00:01Z'")
      return rows as never[]
    },
    transaction: (work) => db.transaction(work),
  }
  const often = jobEvent(cron('test.often', '* * * * * *', async () => undefined))
  const log = createLogger({ level: 'silent' })
  const scheduler = new Scheduler(overtaken, [often], bus, log)
  await scheduler.start()
  await scheduler.stop()
  t.deepEqual(runs, [{ dueAt: '2026-01-01T00:00:01.000Z' }])
})

test('missed runs are reported and made up for by one', async (t) => {
  const first = await application(t, {
    jobs: [cron('test.rare', '* * * * *', async () => undefined)],
  })
  await first.forge.stop()
  const runs: Date[] = []
  const again = async () => {
    const job = cron('test.rare', '* * * * *', async ({ dueAt }) => void runs.push(dueAt))
    return application(t, { jobs: [job], url: first.url, serve: false })
  }
  const down = await again()
  await down.db.query("UPDATE event_schedules SET due_at = due_at - interval '10 minutes'")
  await down.forge.stop()
  const up = await application(t, {
    url: first.url,
    jobs: [cron('test.rare', '* * * * *', async ({ dueAt }) => void runs.push(dueAt))],
  })
  await waitFor(async () => runs.length > 0)
  const line = up.lines.find((logged) => logged.includes('scheduled runs were missed'))
  t.regex(line ?? '', /"job":"test.rare","missed":(9|10)/)
  t.is(runs.length, 1)
})

test('a job that is still at work is not begun again', async (t) => {
  let begun = 0
  const held = Promise.withResolvers<undefined>()
  t.teardown(() => held.resolve(undefined))
  const job = cron('test.long', '* * * * * *', async () => {
    begun++
    await held.promise
  })
  const app = await application(t, { jobs: [job], config: { claimSeconds: 60 } })
  await waitFor(async () => app.lines.some((line) => line.includes('a scheduled run was left out')))
  t.is(begun, 1)
  held.resolve(undefined)
})

test('a job that fails is tried again for the same time, and in the end becomes a dead letter', async (t) => {
  const runs: string[] = []
  const app = await application(t, {
    jobs: [
      cron('test.fails', '0 0 1 1 *', async ({ dueAt }) => {
        runs.push(dueAt.toISOString())
        throw new Error('the printer is on fire')
      }),
    ],
    serve: false,
  })
  await app.db.query(
    "INSERT INTO event_schedules (job, expression, due_at) VALUES ('test.fails', '0 0 1 1 * UTC', '2026-01-01T00:00:00Z')",
  )
  await app.forge.stop()
  const up = await application(t, {
    url: app.url,
    jobs: [
      cron('test.fails', '0 0 1 1 *', async ({ dueAt }) => {
        runs.push(dueAt.toISOString())
        throw new Error('the printer is on fire')
      }),
    ],
  })
  const due =
    "UPDATE event_deliveries SET due_at = now() WHERE consumer = 'job.test.fails' AND claim IS NULL"
  await waitFor(async () => {
    await up.db.query(due)
    return (await up.bus.deadLetters.list()).length === 1
  })
  t.deepEqual(runs, Array(4).fill('2026-01-01T00:00:00.000Z'))
})

test('a schedule or a time zone that cannot be read stops the start and says so', async (t) => {
  const nothing = async () => undefined
  const withJob = (job: ReturnType<typeof cron>) => application(t, { jobs: [job] })
  await t.throwsAsync(withJob(cron('test.bad', 'every day', nothing)), {
    message: /test\.bad.*five cron fields/s,
  })
  await t.throwsAsync(withJob(cron('test.bad', '0 0 * * *', nothing, { timeZone: 'Mars/Base' })), {
    message: /test\.bad.*Europe\/Zurich/s,
  })
})

test('a job that is over leaves the others alone, and one that never comes due is refused', async (t) => {
  const nothing = async () => undefined
  await t.throwsAsync(application(t, { jobs: [cron('test.never', '0 0 31 2 *', nothing)] }), {
    message: /test\.never.*never comes due/s,
  })
  let runs = 0
  const once = '2026-01-01T00:00:00'
  const jobs = [
    cron('test.once', once, nothing),
    cron('test.often', '* * * * * *', async () => void runs++),
  ]
  const first = await application(t, { jobs, serve: false })
  await first.db.query(
    `INSERT INTO event_schedules (job, expression, due_at) VALUES ('test.once', '${once} UTC', '${once}Z')`,
  )
  await first.forge.stop()
  const app = await application(t, { jobs, url: first.url })
  await waitFor(
    async () =>
      (await app.db.query("SELECT 1 FROM event_schedules WHERE job = 'test.once'")).length === 0,
  )
  const before = runs
  await waitFor(async () => runs > before + 1, { timeoutMs: 20_000 })
  t.pass()
})

test('a changed schedule is planned anew, at no time of the old one', async (t) => {
  const runs: string[] = []
  const job = (expression: string) =>
    cron('test.changed', expression, async ({ dueAt }) => void runs.push(dueAt.toISOString()))
  const first = await application(t, { jobs: [job('* * * * * *')], serve: false })
  await first.db.query(
    "INSERT INTO event_schedules (job, expression, due_at) VALUES ('test.changed', '* * * * * * UTC', now() - interval '1 hour')",
  )
  await first.forge.stop()
  const changed = await application(t, { jobs: [job('0 0 1 1 *')], url: first.url })
  const [row] = await changed.db.query<{ later: boolean }>(
    "SELECT due_at > now() AS later FROM event_schedules WHERE job = 'test.changed'",
  )
  t.deepEqual(row, { later: true })
  t.deepEqual(runs, [])
})

test('two jobs of one name, or a job and a consumer, are refused', async (t) => {
  const job = cron('test.twice', '0 0 * * *', async () => undefined)
  const twice = application(t, { jobs: [job, job] })
  await t.throwsAsync(twice, { message: /job\.test\.twice/ })
  const both = application(t, { jobs: [job], on: [record('job.test.twice')] })
  await t.throwsAsync(both, { message: /job\.test\.twice/ })
})
