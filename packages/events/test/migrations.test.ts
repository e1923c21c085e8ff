import { Migrator } from '@titanforge/database'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, record } from './application.js'

test('what the engine before had not finished is carried over, back and forth', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  for (const text of ['handled', 'pending', 'dead']) await app.publish(text)
  const handled = "(SELECT position FROM events WHERE payload->>'text' = 'handled')"
  await app.db.query(`DELETE FROM event_deliveries WHERE position = ${handled}`)
  const dead = "(SELECT position FROM events WHERE payload->>'text' = 'dead')"
  await app.db.query(`DELETE FROM event_deliveries WHERE position = ${dead}`)
  await app.db.query(
    `INSERT INTO event_dead_letters (consumer, position, attempts, reason) VALUES ('a', ${dead}, 1, 'no')`,
  )
  const ours = app.forge.plugins.filter(({ name }) => name === 'events' || name === 'test')
  const migrator = new Migrator(app.db, ours)
  await migrator.down(6)
  t.is((await app.db.query('SELECT 1 FROM event_inbox')).length, 1)
  await migrator.up()
  const up = await application(t, { on: [record('a')], url: app.url })
  await waitFor(async () => (await up.effects('a')).length === 2)
  t.deepEqual((await up.effects('a')).toSorted(), ['dead', 'pending'])
})

test('what replays had yet to queue is queued before they are given up', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  for (const text of ['a', 'b', 'c']) await app.publish(text)
  await app.db.query('DELETE FROM event_deliveries')
  await app.bus.replay('a')
  await app.db.query('DELETE FROM event_deliveries')
  await app.db.query('UPDATE event_replays SET finished_at = NULL, next_position = 2')
  const ours = app.forge.plugins.filter(({ name }) => name === 'events' || name === 'test')
  const migrator = new Migrator(app.db, ours)
  // The effects' table, the columns of ways made and of delays, the index of lanes, and the replays.
  await migrator.down(5)
  const rows = await app.db.query('SELECT position FROM event_deliveries ORDER BY position')
  t.deepEqual(rows, [{ position: '2' }, { position: '3' }])
  await migrator.up()
})
