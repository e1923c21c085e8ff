import test from 'ava'
import { prune } from '../../src/log/retention.js'
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
