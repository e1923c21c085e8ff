import { createForge } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { database } from '../src/index.js'
import { Database } from '../src/database.js'
import { testDatabase } from '../src/testing/index.js'

const { url, drop } = await testDatabase()
const { log } = captureLog()
const forge = createForge({ plugins: [database({ url })], log })
await forge.start()
const db = forge.get(Database)
await db.query('CREATE TABLE notes (id integer PRIMARY KEY)')
test.after.always(async () => {
  await forge.stop()
  await drop()
})

const stored = async (id: number) =>
  (await db.query('SELECT id FROM notes WHERE id = $1', [id])).length === 1

test.serial('what a transaction writes is there after it', async (t) => {
  const result = await db.transaction(async (tx) => {
    await tx.query('INSERT INTO notes VALUES ($1)', [1])
    return 'done'
  })
  t.is(result, 'done')
  t.true(await stored(1))
})

test.serial('a throw undoes everything and reaches the caller', async (t) => {
  const failure = await t.throwsAsync(
    db.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES ($1)', [2])
      throw new Error('changed my mind')
    }),
  )
  t.is(failure.message, 'changed my mind')
  t.false(await stored(2))
})

test.serial('a swallowed SQL error cannot look like success, and no hook runs', async (t) => {
  let committed = false
  await t.throwsAsync(
    db.transaction(async (tx) => {
      tx.onCommit(() => (committed = true))
      await tx.query('INSERT INTO notes VALUES ($1)', [3])
      await t.throwsAsync(tx.query('SELECT 1 / 0'))
    }),
    { code: 'TRANSACTION_ABORTED' },
  )
  t.false(await stored(3))
  t.false(committed)
})

test.serial('hooks run after the commit, when others can see it', async (t) => {
  let seen: Promise<boolean> | undefined
  await db.transaction(async (tx) => {
    await tx.query('INSERT INTO notes VALUES ($1)', [4])
    tx.onCommit(() => {
      seen = stored(4)
    })
    t.is(seen, undefined)
  })
  t.true(await seen)
})

test.serial(
  'a query after the end is refused instead of reaching the connection of somebody else',
  async (t) => {
    let late: (() => Promise<unknown>) | undefined
    await db.transaction(async (tx) => {
      late = () => tx.query('SELECT 1')
    })
    await t.throwsAsync(async () => late?.(), { code: 'TRANSACTION_OVER' })
  },
)

test.serial(
  'a connection that dies inside a transaction is an error, and the next transaction works',
  async (t) => {
    await t.throwsAsync(
      db.transaction(async (tx) => {
        await tx.query('INSERT INTO notes VALUES ($1)', [5])
        await db.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()",
        )
        await tx.query('SELECT 1')
      }),
    )
    t.false(await stored(5))
    await db.transaction(async (tx) => void (await tx.query('INSERT INTO notes VALUES ($1)', [6])))
    t.true(await stored(6))
  },
)

test.serial(
  'a database that cannot be reached is one clear error without the password',
  async (t) => {
    const unreachable = createForge({
      plugins: [database({ url: 'postgres://somebody:s3cret@127.0.0.1:1/nowhere' })],
      log,
    })
    const error = await t.throwsAsync(unreachable.start(), { code: 'PLUGIN_FAILED' })
    t.regex(error.message, /ECONNREFUSED.*DATABASE_URL/)
    t.notRegex(JSON.stringify([error, error.cause, error.message, error.stack]), /s3cret/)
  },
)

test.serial('before the start, the error says when the database can be used', (t) => {
  const unstarted = createForge({ plugins: [database({ url })], log }).get(Database)
  t.throws(() => unstarted.sequelize, { code: 'DATABASE_NOT_STARTED' })
})
