import test from 'ava'
import { DELETE_CHUNK, prune } from '../../src/log/retention.js'
import { beginReplay, goOnWithReplay } from '../../src/replay.js'
import { application, record } from '../application.js'

const NEVER = new AbortController().signal

test('old events are deleted, but none that is not handled, died or came from outside', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  for (const text of ['handled', 'pending', 'dead', 'discarded', 'young']) await app.publish(text)
  await app.publish('outside', { source: 'stripe', externalId: 'evt_1' })
  const position = (text: string) =>
    `(SELECT position FROM events WHERE payload->>'text' = '${text}')`
  await app.db.query(`DELETE FROM event_deliveries WHERE position <> ${position('pending')}`)
  for (const text of ['dead', 'discarded']) {
    await app.db.query(
      `INSERT INTO event_dead_letters (consumer, position, attempts, reason)
       VALUES ('a', ${position(text)}, 1, 'no')`,
    )
  }
  await app.db.query(
    `UPDATE event_dead_letters SET discarded_at = now() - interval '40 days'
     WHERE position = ${position('discarded')}`,
  )
  await app.db.query(
    "UPDATE events SET stored_at = now() - interval '31 days' WHERE payload->>'text' <> 'young'",
  )
  t.is(await prune(app.db, 30, NEVER), 2)
  const rows = await app.db.query<{ text: string }>(
    "SELECT payload->>'text' AS text FROM events ORDER BY position",
  )
  t.deepEqual(
    rows.map((row) => row.text),
    ['pending', 'dead', 'young', 'outside'],
  )
})

test('the database itself refuses to delete an event that somebody has yet to handle', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  await app.publish('pending')
  await t.throwsAsync(app.db.query('DELETE FROM events'), { message: /foreign key/ })
})

test('what a replay has yet to queue is kept until it has', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  // Every second one is of a type that nobody replays.
  await app.db.query(`
    INSERT INTO events (id, event_type, payload, version, correlation_id, stored_at)
    SELECT gen_random_uuid(), CASE n % 2 WHEN 0 THEN 'test.noted' ELSE 'test.other' END, '{}', 1,
           gen_random_uuid(), now() - interval '40 days'
    FROM generate_series(1, 12000) AS n`)
  const id = (await beginReplay(app.db, 'a')) ?? ''
  const crash = new AbortController()
  t.is(await goOnWithReplay(app.db, id, () => crash.abort(), crash.signal), 2_500)
  t.is(await prune(app.db, 30, NEVER), 6_000)
  t.is(await goOnWithReplay(app.db, id, () => undefined), 6_000)
  await app.db.query('DELETE FROM event_deliveries')
  t.is(await prune(app.db, 30, NEVER), 6_000)
})

test('replays that ended long ago are forgotten', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  await app.bus.replay('a')
  await app.bus.replay('a')
  await app.db.query(
    "UPDATE event_replays SET finished_at = now() - interval '40 days' WHERE id = 1",
  )
  await prune(app.db, 30, NEVER)
  t.deepEqual(await app.db.query('SELECT id FROM event_replays'), [{ id: '2' }])
})

test('a long log is pruned by what is old, without a look at what is kept', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  // Kept: from outside, undelivered, young. Of each kind as many as one chunk and more.
  await app.db.query(`
    WITH stored AS (
      INSERT INTO events (id, event_type, payload, version, correlation_id, stored_at, source, external_id)
      SELECT gen_random_uuid(), 'test.noted', '{}', 1, gen_random_uuid(),
             now() - CASE n % 4 WHEN 0 THEN interval '1 day' ELSE interval '40 days' END,
             CASE n % 4 WHEN 1 THEN 'test' END, CASE n % 4 WHEN 1 THEN n::text END
      FROM generate_series(1, 24000) AS n
      RETURNING position
    )
    INSERT INTO event_deliveries (position, consumer, due_at)
    SELECT position, 'a', now() FROM stored WHERE position % 4 = 2`)
  await app.db.query('VACUUM ANALYZE events')
  t.is(await prune(app.db, 30, NEVER), 6_000)
  t.is(await prune(app.db, 30, NEVER), 0)
  const [row] = await app.db.query<{ n: number }>('SELECT count(*)::int AS n FROM events')
  t.is(row?.n, 18_000)
  await app.db.query('DELETE FROM event_deliveries')
  await app.db.query('VACUUM ANALYZE events')
  const plan = await app.db.query(`EXPLAIN ${DELETE_CHUNK}`, [30, 5_000, '-infinity', '0'])
  t.regex(JSON.stringify(plan), /using events_own_stored_at/)
  t.notRegex(JSON.stringify(plan), /Seq Scan on events/)
})
