import { createLogger, type EventBus } from '@titanforge/core'
import { testForge } from '@titanforge/core/testing'
import { database, Database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import test, { type ExecutionContext } from 'ava'
import pg from 'pg'
import { cron, events } from '../../src/index.js'
import { jobEvent } from '../../src/schedule/job-event.js'
import { Scheduler } from '../../src/schedule/scheduler.js'

const TEN_MINUTES = 600_000

/** Looks at a schedule every ten minutes of a night, by the database's clock, on two nodes in turn. */
async function runsOf(t: ExecutionContext, expression: string, from: string, to: string) {
  const { url, setClock } = await databaseWithClock(t)
  const { forge } = await testForge(t, [database({ url }), events()], { serve: false })
  const jobs = [
    cron('faults.night', expression, async () => undefined, { timeZone: 'Europe/Zurich' }),
  ]
  const runs: string[] = []
  const bus = {
    async publish(_tx, _type, payload) {
      runs.push((payload as { dueAt: string }).dueAt)
      return { id: '', duplicate: false }
    },
  } satisfies Pick<EventBus, 'publish'>
  for (let at = Date.parse(from); at <= Date.parse(to); at += TEN_MINUTES) {
    await setClock(new Date(at))
    for (let node = 0; node < 2; node++) {
      const scheduler = new Scheduler(forge.get(Database), jobs.map(jobEvent), bus, createLogger())
      await scheduler.start()
      await scheduler.stop()
    }
  }
  return runs
}

/** A database whose `now()` is what the test says. */
async function databaseWithClock(t: ExecutionContext) {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const client = new pg.Client(url)
  await client.connect()
  t.teardown(() => client.end())
  await client.query(`
    CREATE TABLE clock AS SELECT now() AS at;
    CREATE FUNCTION public.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT at FROM clock';
    ALTER DATABASE ${new URL(url).pathname.slice(1)} SET search_path = public, pg_catalog`)
  return { url, setClock: (at: Date) => client.query('UPDATE clock SET at = $1', [at]) }
}

test('a daily job at an hour that comes twice when summer ends runs once', async (t) => {
  const runs = await runsOf(t, '30 2 * * *', '2026-10-24T20:00Z', '2026-10-25T12:00Z')
  t.is(runs.length, 1)
  t.regex(runs[0] ?? '', /^2026-10-25T0[01]:30:00/)
})

test('a daily job at an hour that is left out when summer begins runs once', async (t) => {
  const runs = await runsOf(t, '30 2 * * *', '2026-03-28T20:00Z', '2026-03-29T12:00Z')
  t.is(runs.length, 1)
  t.regex(runs[0] ?? '', /^2026-03-29T01:/)
})

test('an hourly job runs every hour of the night in which summer ends', async (t) => {
  const runs = await runsOf(t, '30 * * * *', '2026-10-24T23:00Z', '2026-10-25T03:00Z')
  t.deepEqual(
    runs.map((run) => run.slice(11, 16)),
    ['23:30', '00:30', '01:30', '02:30'],
  )
})
