import { testForge } from '@titanforge/core/testing'
import test, { type ExecutionContext } from 'ava'
import { database, Database } from '../../src/index.js'
import { testDatabase } from '../../src/testing/index.js'

async function noteBook(t: ExecutionContext) {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const { forge } = await testForge(t, [database({ url })])
  const db = forge.get(Database)
  await db.query('CREATE TABLE notes (text text UNIQUE, xact xid8 DEFAULT pg_current_xact_id())')
  return db
}

test('each statement is a transaction of its own, and the hooks run at the end', async (t) => {
  const db = await noteBook(t)
  const heard: string[] = []
  await db.statements(async (tx) => {
    tx.onCommit(() => heard.push('committed'))
    for (const text of ['a', 'b']) await tx.query('INSERT INTO notes VALUES ($1)', [text])
    t.deepEqual(heard, [])
  })
  t.deepEqual(heard, ['committed'])
  t.is((await db.query('SELECT DISTINCT xact FROM notes')).length, 2)
})

test('what was done before an error stands, and is heard of', async (t) => {
  const db = await noteBook(t)
  const heard: string[] = []
  const twice = db.statements(async (tx) => {
    tx.onCommit(() => heard.push('committed'))
    for (const text of ['a', 'a']) await tx.query('INSERT INTO notes VALUES ($1)', [text])
  })
  await t.throwsAsync(twice, { code: '23505' })
  t.deepEqual(heard, ['committed'])
  t.is((await db.query('SELECT text FROM notes')).length, 1)
})

test('models and savepoints need a transaction', async (t) => {
  const db = await noteBook(t)
  await db.statements(async (tx) => {
    t.throws(() => tx.sequelize, { code: 'STATEMENTS_ONLY' })
    await t.throwsAsync(
      tx.savepoint(async () => 1),
      { code: 'STATEMENTS_ONLY' },
    )
  })
})
