import { randomUUID } from 'node:crypto'
import { createForge, definePlugin } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { Database, database, defineModel, insertIfAbsent, upsert } from '../../src/index.js'
import { testDatabase } from '../../src/testing/index.js'

interface ForecastRow {
  id: string
  cityName: string
  revision: number
  days: unknown
  takenAt: Date
  note: string | null
}

const Forecast = defineModel<ForecastRow>({
  name: 'Forecast',
  table: 'the "forecasts"',
  attributes: (types) => ({
    id: { type: types.UUID, primaryKey: true },
    cityName: types.TEXT,
    revision: types.INTEGER,
    days: types.JSONB,
    takenAt: types.DATE,
    note: { type: types.TEXT, field: 'odd "name"' },
  }),
})

const { url, drop } = await testDatabase()
const weather = definePlugin({ name: 'weather', models: [Forecast], setup: () => ({}) })
const forge = createForge({
  plugins: [database({ url, poolSize: 20 }), weather()],
  log: captureLog().log,
})
await forge.start()
const db = forge.get(Database)
await db.query(`CREATE TABLE "the ""forecasts""" (id uuid PRIMARY KEY, city_name text UNIQUE NOT NULL,
  revision integer NOT NULL, days jsonb, taken_at timestamptz NOT NULL DEFAULT now(), "odd ""name""" text)`)
test.after.always(async () => {
  await forge.stop()
  await drop()
})

const put = (cityName: string, revision: number, more: Partial<ForecastRow> = {}) =>
  db.transaction((tx) =>
    upsert(
      db,
      tx,
      Forecast,
      { id: randomUUID(), cityName, revision, ...more },
      { conflict: ['cityName'], where: 'current.revision < excluded.revision' },
    ),
  )

test('an upsert tells what it did, and gives the row as it is', async (t) => {
  const days = [{ high: 30 }, null]
  const first = await put('Rome', 1, { days, note: "it's" })
  t.like(first, { outcome: 'inserted', row: { cityName: 'Rome', revision: 1, days, note: "it's" } })
  t.true(first.row.takenAt instanceof Date)
  const second = await put('Rome', 3)
  t.like(second, { outcome: 'updated', row: { id: first.row.id, revision: 3, days } })
  const stale = await put('Rome', 2, { note: 'stale' })
  t.deepEqual(stale, { outcome: 'unchanged', row: second.row })
})

test('of many who insert at once, one does, and all get the same row', async (t) => {
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, revision) =>
      db.transaction((tx) =>
        insertIfAbsent(db, tx, Forecast, { id: randomUUID(), cityName: 'Oslo', revision }, [
          'cityName',
        ]),
      ),
    ),
  )
  t.is(all.filter(({ inserted }) => inserted).length, 1)
  t.is(new Set(all.map(({ row }) => row.id)).size, 1)
})

test('of many who upsert at once, the highest revision stays, whatever the order', async (t) => {
  const all = await Promise.all(Array.from({ length: 20 }, (_, revision) => put('Bern', revision)))
  t.is(all.filter(({ outcome }) => outcome === 'inserted').length, 1)
  const { row, outcome } = await put('Bern', 0)
  t.is(outcome, 'unchanged')
  t.is(row.revision, 19)
})

test('only the named attributes are updated', async (t) => {
  const values = { id: randomUUID(), cityName: 'Lima', revision: 1, note: 'kept' }
  await db.transaction(async (tx) => {
    await insertIfAbsent(db, tx, Forecast, values, ['cityName'])
    const changed = { ...values, id: randomUUID(), revision: 2, note: 'lost' }
    const { row } = await upsert(db, tx, Forecast, changed, {
      conflict: ['cityName'],
      update: ['revision'],
    })
    t.like(row, { id: values.id, revision: 2, note: 'kept' })
  })
})

test('a column that the model does not have is refused before anything is sent', async (t) => {
  const values = { id: randomUUID(), cityName: 'Kyiv', revision: 1 }
  const odd = ['city_name', '__proto__', 'constructor', 'x") VALUES (1); --']
  for (const name of odd) {
    const more = Object.fromEntries([...Object.entries(values), [name, 1]]) as typeof values
    const upserting = upsert(db, db, Forecast, more, { conflict: ['cityName'] })
    await t.throwsAsync(upserting, { code: 'COLUMN_UNKNOWN' }, name)
  }
  t.is((await db.query(`SELECT FROM "the ""forecasts""" WHERE city_name = 'Kyiv'`)).length, 0)
})
