import { createForge, definePlugin, type Transaction } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { database, Migrator, sqlMigration, type Migration } from '../../src/index.js'
import { Database } from '../../src/database.js'
import { testDatabase } from '../../src/testing/index.js'

const { log, lines } = captureLog()

const notes = sqlMigration('0001-notes', {
  up: 'CREATE TABLE notes (id integer)',
  down: 'DROP TABLE notes',
})
const titles = sqlMigration('0002-titles', {
  up: 'ALTER TABLE notes ADD COLUMN title text',
  down: 'ALTER TABLE notes DROP COLUMN title',
})

const withMigrations = (migrations: readonly Migration[]) =>
  definePlugin({ name: 'notes', requires: { db: Database }, migrations, setup: () => ({}) })()

async function open(migrations: readonly Migration[], url: string) {
  const forge = createForge({ plugins: [database({ url }), withMigrations(migrations)], log })
  await forge.start()
  const db = forge.get(Database)
  return { forge, db, migrator: new Migrator(db, forge.plugins) }
}

const columns = async (db: { query: Transaction['query'] }) =>
  (
    await db.query<{ column_name: string }>(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'notes' ORDER BY ordinal_position",
    )
  ).map((row) => row.column_name)

test('a start applies what is pending, in the order of names; down and up again give the same schema', async (t) => {
  const { url, drop } = await testDatabase()
  const { forge, db, migrator } = await open([titles, notes], url)
  t.deepEqual(await columns(db), ['id', 'title'])
  t.deepEqual(await migrator.down(), ['notes/0002-titles'])
  t.deepEqual(await columns(db), ['id'])
  t.deepEqual(await migrator.list(), [
    { name: 'notes/0001-notes', state: 'applied' },
    { name: 'notes/0002-titles', state: 'pending' },
  ])
  t.deepEqual(await migrator.down(), ['notes/0001-notes'])
  t.deepEqual(await columns(db), [])
  t.deepEqual(await migrator.up(), ['notes/0001-notes', 'notes/0002-titles'])
  t.deepEqual(await columns(db), ['id', 'title'])
  await forge.stop()
  await drop()
})

test('a migration that fails leaves nothing of its run behind', async (t) => {
  const { url, drop } = await testDatabase()
  const broken = sqlMigration('0002-broken', {
    up: 'CREATE TABLE other (id integer); SELECT 1 / 0',
    down: '',
  })
  await t.throwsAsync(open([notes, broken], url), {
    code: 'PLUGIN_FAILED',
    message: /division by zero/,
  })
  const { forge, db } = await open([], url)
  t.deepEqual(await columns(db), [])
  await forge.stop()
  await drop()
})

test('nodes that start at once migrate once', async (t) => {
  const { url, drop } = await testDatabase()
  const nodes = await Promise.all(Array.from({ length: 5 }, () => open([notes, titles], url)))
  const [first] = nodes
  t.deepEqual(await first?.db.query('SELECT name FROM migrations ORDER BY position'), [
    { name: 'notes/0001-notes' },
    { name: 'notes/0002-titles' },
  ])
  for (const { forge } of nodes) await forge.stop()
  await drop()
})

test('a process of the old version starts on the schema of the new one, and leaves it alone', async (t) => {
  const { url, drop } = await testDatabase()
  const newer = await open([notes, titles], url)
  const older = await open([notes], url)
  t.deepEqual(await older.migrator.list(), [
    { name: 'notes/0001-notes', state: 'applied' },
    { name: 'notes/0002-titles', state: 'unknown' },
  ])
  t.true(lines.some((line) => line.includes('another version') && line.includes('0002-titles')))
  t.deepEqual(await older.migrator.up(), [])
  await t.throwsAsync(older.migrator.down(), { code: 'MIGRATION_UNKNOWN', message: /0002-titles/ })
  await t.throwsAsync(older.migrator.down(2), { code: 'MIGRATION_UNKNOWN' })
  t.deepEqual(await columns(older.db), ['id', 'title'])
  t.deepEqual(await newer.migrator.down(), ['notes/0002-titles'])
  t.deepEqual(await older.migrator.down(), ['notes/0001-notes'])
  await newer.forge.stop()
  await older.forge.stop()
  await drop()
})

test('a plugin whose history has parted from that of the database is refused', async (t) => {
  const { url, drop } = await testDatabase()
  const { forge } = await open([notes, titles], url)
  await forge.stop()
  const other = sqlMigration('0002-other', { up: 'SELECT 1', down: 'SELECT 1' })
  await t.throwsAsync(open([notes, other], url), { message: /notes\/0002-titles/ })
  await drop()
})

test('a plugin that is no longer there keeps nobody from migrating', async (t) => {
  const { url, drop } = await testDatabase()
  const gone = await open([notes], url)
  await gone.forge.stop()
  const lists = definePlugin({ name: 'lists', migrations: [titles], setup: () => ({}) })
  const forge = createForge({ plugins: [database({ url }), lists()], log })
  await forge.start()
  t.deepEqual(await columns(forge.get(Database)), ['id', 'title'])
  await forge.stop()
  await drop()
})

test('what was applied last is undone first, wherever its plugin stands', async (t) => {
  const { url, drop } = await testDatabase()
  const first = sqlMigration('0001-first', {
    up: 'CREATE TABLE firsts ()',
    down: 'DROP TABLE firsts',
  })
  const before = (migrations: readonly Migration[]) =>
    definePlugin({ name: 'before', migrations, setup: () => ({}) })()
  const early = createForge({
    plugins: [before([]), database({ url }), withMigrations([notes])],
    log,
  })
  await early.start()
  await early.stop()
  const forge = createForge({
    plugins: [before([first]), database({ url }), withMigrations([notes])],
    log,
  })
  await forge.start()
  const migrator = new Migrator(forge.get(Database), forge.plugins)
  t.deepEqual(await migrator.down(), ['before/0001-first'])
  t.deepEqual(await migrator.down(2), ['notes/0001-notes'])
  await forge.stop()
  await drop()
})

test('a migration may take longer than any other statement', async (t) => {
  const { url, drop } = await testDatabase()
  const slow = sqlMigration('0001-slow', { up: 'SELECT pg_sleep(0.4)', down: 'SELECT 1' })
  const forge = createForge({
    plugins: [database({ url, statementSeconds: 0.1 }), withMigrations([slow])],
    log,
  })
  await forge.start()
  const db = forge.get(Database)
  await t.throwsAsync(db.query('SELECT pg_sleep(10)'), { code: 'STATEMENT_TIMED_OUT' })
  await forge.stop()
  await drop()
})

test('two migrations of one name are refused', (t) => {
  const plugin = withMigrations([notes, { ...titles, name: notes.name }])
  const forge = createForge({
    plugins: [database({ url: 'postgres://unused' }), withMigrations([])],
    log,
  })
  t.throws(() => new Migrator(forge.get(Database), [plugin.definition]), { code: 'MIGRATION_NAME' })
})
