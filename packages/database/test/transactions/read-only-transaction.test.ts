import { createForge } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { Database, database } from '../../src/index.js'
import { testDatabase } from '../../src/testing/index.js'

const { url, drop } = await testDatabase()
const { log } = captureLog()
const forge = createForge({ plugins: [database({ url, readPoolSize: 1 })], log })
await forge.start()
const db = forge.get(Database)
await db.query('CREATE TABLE sales AS SELECT 1 AS amount')
test.after.always(async () => {
  await forge.stop()
  await drop()
})

const refused = { code: '25006' }

test.serial('a report sees one state of the data, for as long as it takes', async (t) => {
  const counts = await db.readOnly(async (tx) => {
    const count = async () =>
      (await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM sales'))[0]?.n
    const before = await count()
    await db.query('INSERT INTO sales VALUES (2)')
    return [before, await count()]
  })
  t.deepEqual(counts, [1, 1])
  t.is((await db.query('SELECT FROM sales')).length, 2)
})

test.serial('PostgreSQL refuses to write in it', async (t) => {
  for (const sql of [
    'INSERT INTO sales VALUES (3)',
    'UPDATE sales SET amount = 0',
    'DELETE FROM sales',
    'CREATE TABLE other ()',
    'SELECT 1 AS one FROM sales FOR UPDATE',
    'WITH gone AS (DELETE FROM sales RETURNING 1) SELECT * FROM gone',
  ])
    await t.throwsAsync(
      db.readOnly((tx) => tx.query(sql)),
      refused,
      sql,
    )
  t.is((await db.query('SELECT FROM sales')).length, 2)
})

test.serial('nor can it be talked into it', async (t) => {
  const write = 'INSERT INTO sales VALUES (4)'
  const tricks = [['SET TRANSACTION READ WRITE', write], ['COMMIT', write], [`COMMIT; ${write}`]]
  for (const statements of tricks)
    await t.throwsAsync(
      db.readOnly(async (tx) => {
        for (const sql of statements) await tx.query(sql)
      }),
      undefined,
      statements.join('; '),
    )
  t.is((await db.query('SELECT FROM sales')).length, 2)
})

test.serial('its statements have a time limit of their own, and others keep theirs', async (t) => {
  const slow = () => db.readOnly((tx) => tx.query('SELECT pg_sleep(30)'), { statementSeconds: 0.2 })
  await t.throwsAsync(slow(), { code: 'STATEMENT_TIMED_OUT' })
  const [limit] = await db.readOnly((tx) => tx.query('SHOW statement_timeout'))
  t.deepEqual(limit, { statement_timeout: '1min' })
})

test.serial('its connections are its own: reports hold up nobody else', async (t) => {
  const small = createForge({ plugins: [database({ url, poolSize: 1, readPoolSize: 1 })], log })
  await small.start()
  const busy = small.get(Database)
  await busy.readOnly(async (tx) => {
    await tx.query('SELECT 1')
    t.deepEqual(await busy.query('SELECT 1 AS one'), [{ one: 1 }])
  })
  await small.stop()
})

test.serial('a replica has an address of its own', async (t) => {
  const replica = await testDatabase()
  const two = createForge({ plugins: [database({ url, readUrl: replica.url })], log })
  await two.start()
  const name = 'SELECT current_database() AS name'
  const [here] = await two.get(Database).query<{ name: string }>(name)
  const [there] = await two.get(Database).readOnly((tx) => tx.query<{ name: string }>(name))
  t.is(here?.name, new URL(url).pathname.slice(1))
  t.is(there?.name, new URL(replica.url).pathname.slice(1))
  await two.stop()
  await replica.drop()
})
