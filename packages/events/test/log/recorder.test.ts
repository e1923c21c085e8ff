import { envelope } from '@titanforge/core/bus'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { EventRecorder } from '../../src/index.js'
import { append } from '../../src/log/append.js'
import { application, noted, record } from '../application.js'

const count = async (app: Awaited<ReturnType<typeof application>>) =>
  (await app.db.query<{ n: number }>('SELECT count(*)::int AS n FROM events'))[0]?.n

test('recorded events are written soon, in order, and reach their consumers', async (t) => {
  const app = await application(t, { on: [record('a', { order: 'key' })] })
  const recorder = app.forge.get(EventRecorder)
  const texts = Array.from({ length: 1200 }, (_, index) => `call-${index}`)
  for (const text of texts) recorder.record(noted, { text })
  await waitFor(async () => (await count(app)) === texts.length)
  const rows = await app.db.query<{ text: string }>(
    "SELECT payload->>'text' AS text FROM events ORDER BY position",
  )
  t.deepEqual(
    rows.map((row) => row.text),
    texts,
  )
  await waitFor(async () => (await app.effects('a')).length > 2)
  t.deepEqual((await app.effects('a')).slice(0, 3), texts.slice(0, 3))
})

test('a graceful stop writes down the last one', async (t) => {
  const app = await application(t)
  for (let n = 0; n < 700; n++) app.forge.get(EventRecorder).record(noted, { text: `call-${n}` })
  await app.forge.stop()
  const after = await application(t, { url: app.url, serve: false })
  t.is(await count(after), 700)
})

test('an event happened when it was recorded, also where its time is given as undefined', async (t) => {
  const app = await application(t)
  app.forge.get(EventRecorder).record(noted, { text: 'now' }, { occurredAt: undefined })
  await waitFor(async () => (await count(app)) === 1)
  // The database's own time has microseconds.
  const [row] = await app.db.query<{ ours: boolean }>(
    "SELECT timestamp = date_trunc('milliseconds', timestamp) AS ours FROM events",
  )
  t.true(row?.ours)
})

test('a payload that does not fit is refused at once', async (t) => {
  const app = await application(t)
  const recorder = app.forge.get(EventRecorder)
  t.throws(() => recorder.record(noted, { text: 5 } as never), { code: 'INPUT_INVALID' })
})

test('an option that cannot be is refused at once', async (t) => {
  const app = await application(t)
  const recorder = app.forge.get(EventRecorder)
  for (const options of [{ userId: 'ada' }, { occurredAt: new Date(-8.64e15) }])
    t.throws(() => recorder.record(noted, { text: 'a' }, options), { code: 'EVENT_INVALID' })
})

test('while the database is away, recorded events wait', async (t) => {
  const app = await application(t)
  await app.db.query('ALTER TABLE events RENAME TO away')
  app.forge.get(EventRecorder).record(noted, { text: 'patience' })
  await waitFor(async () => app.lines.some((line) => line.includes('wait for the database')))
  await app.db.query('ALTER TABLE away RENAME TO events')
  await waitFor(async () => (await count(app)) === 1)
  t.pass()
})

test('one event that cannot be stored takes no other with it', async (t) => {
  const app = await application(t)
  await app.db.query("ALTER TABLE events ADD CHECK (payload->>'text' <> 'c')")
  const recorder = app.forge.get(EventRecorder)
  for (const text of ['a', 'b', 'c', 'd']) recorder.record(noted, { text })
  await waitFor(async () => (await count(app)) === 3)
  t.true(app.lines.some((line) => line.includes('a recorded event was refused')))
})

test('an event that was stored, though nobody was told, is not stored twice', async (t) => {
  const app = await application(t, { on: [record('a')] })
  const event = envelope(noted, { text: 'once' })
  const store = () => app.db.transaction((tx) => append(tx, noted.name, [{ event, options: {} }]))
  const first = await store()
  const again = await store()
  t.deepEqual(again.stored, first.stored)
  t.deepEqual(again.stored, [{ id: event.id, duplicate: false }])
  t.is(await count(app), 1)
})
