import { on, RetryLater } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, noted, record } from '../application.js'

type Application = Awaited<ReturnType<typeof application>>

const FORTNIGHT = 14 * 86_400

const backlogOf = async ({ log }: Application, consumer: string) =>
  (await log.backlog()).find((one) => one.consumer === consumer)

test('what is put off by its publisher is no backlog before its time', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  const timer = { source: 'test', externalId: 'timer', delaySeconds: FORTNIGHT }
  await app.publish('later', timer)
  t.is(await app.log.unhandled('test', ['timer']), 0)
  t.like(await backlogOf(app, 'a'), { pending: 0, scheduled: 1, oldestSeconds: 0 })
  t.deepEqual(await app.command('events:backlog'), [
    'a  0 pending (0 at work, oldest 0 s)  1 scheduled  0 dead',
  ])

  // A fortnight and a minute later, by the database's clock.
  await app.db.query(
    `UPDATE event_deliveries SET due_at = due_at - $1 * interval '1 s', not_before = not_before - $1 * interval '1 s'`,
    [FORTNIGHT + 60],
  )
  await app.db.query(`UPDATE events SET stored_at = stored_at - $1 * interval '1 s'`, [
    FORTNIGHT + 60,
  ])
  t.is(await app.log.unhandled('test', ['timer']), 1)
  const backlog = await backlogOf(app, 'a')
  t.like(backlog, { pending: 1, scheduled: 0 })
  const { oldestSeconds = 0 } = backlog ?? {}
  t.true(oldestSeconds >= 60 && oldestSeconds < 3_600, `${oldestSeconds}`)
})

test('what its handler has put off, or failed at, is not handled yet', async (t) => {
  const waiting = on(noted, 'waiting', async () => {
    throw new RetryLater(600, 'the provider is away')
  })
  const failing = on(noted, 'failing', () => Promise.reject(new Error('no')), {
    retry: { limit: 5, baseSeconds: 600, maxSeconds: 600 },
  })
  const app = await application(t, { on: [waiting, failing] })
  await app.publish('a', { source: 'test', externalId: 'a' })
  const future = () =>
    app.db.query("SELECT 1 FROM event_deliveries WHERE due_at > now() + interval '1 minute'")
  await waitFor(async () => (await future()).length === 2)
  t.is(await app.log.unhandled('test', ['a']), 2)
  t.like(await backlogOf(app, 'waiting'), { pending: 1, scheduled: 0 })
  t.like(await backlogOf(app, 'failing'), { pending: 1, scheduled: 0 })
})
