import { fork } from 'node:child_process'
import { createForge } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test, { type ExecutionContext } from 'ava'
import { Database, database } from '../../src/index.js'
import { testDatabase, waitFor } from '../../src/testing/index.js'
import { swallowingProxy } from './swallowing-proxy.js'

/** A database behind a proxy; the limits are small, so that the tests are not long. */
async function behindProxy(t: ExecutionContext) {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const proxy = await swallowingProxy(t, url)
  const limits = { connectSeconds: 3, acquireSeconds: 12, statementSeconds: 1, poolSize: 2 }
  const { log } = captureLog()
  const forge = createForge({ plugins: [database({ url: proxy.url, ...limits })], log })
  return { forge, proxy }
}

test('a query on a half-open connection is given up, and the pool is well afterwards', async (t) => {
  const { forge, proxy } = await behindProxy(t)
  await forge.start()
  const db = forge.get(Database)
  await db.query('SELECT 1')
  proxy.swallows = true
  const outcomes = await Promise.allSettled([
    db.query('SELECT 1'),
    db.query('SELECT 1'),
    db.transaction((tx) => tx.query('SELECT 1')),
  ])
  for (const outcome of outcomes)
    t.like(outcome, { status: 'rejected', reason: { status: 503 } }, JSON.stringify(outcome))
  proxy.swallows = false
  t.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }])
  t.is(await db.transaction(async (tx) => (await tx.query('SELECT 1')).length), 1)
  await forge.stop()
})

test('a connection that the server ends as soon as it stands ends nothing else', async (t) => {
  const { forge, proxy } = await behindProxy(t)
  await forge.start()
  const fields = ['SFATAL', 'VFATAL', 'C57P01', 'Mterminating connection', ''].join('\0') + '\0'
  const length = Buffer.alloc(4)
  length.writeInt32BE(fields.length + 4)
  const farewell = Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)])
  const ready = Buffer.from('Z\0\0\0\x05I')
  proxy.reword = (answer) =>
    answer.subarray(-ready.length).equals(ready) ? Buffer.concat([answer, farewell]) : answer
  const db = forge.get(Database)
  // One that stands since before still answers, for the last time.
  await Promise.allSettled([db.query('SELECT 1')])
  await t.throwsAsync(db.query('SELECT 1'), { code: 'DATABASE_UNREACHABLE' })
  await t.throwsAsync(
    db.transaction((tx) => tx.query('SELECT 1')),
    { code: 'DATABASE_UNREACHABLE' },
  )
  proxy.reword = (answer) => answer
  // One that was just being made may have been ended yet.
  const answers = () =>
    db.query('SELECT 1').then(
      () => true,
      () => false,
    )
  await waitFor(answers, { what: 'a connection that stays', timeoutMs: 30_000 })
  t.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }])
  await forge.stop()
})

test('a stop does not wait for the goodbye of a half-open connection', async (t) => {
  const { forge, proxy } = await behindProxy(t)
  await forge.start()
  await forge.get(Database).query('SELECT 1')
  proxy.swallows = true
  await forge.stop()
  t.pass()
})

test('a commit whose answer is swallowed has an unknown outcome', async (t) => {
  const { forge, proxy } = await behindProxy(t)
  await forge.start()
  const db = forge.get(Database)
  await t.throwsAsync(
    db.transaction(async (tx) => {
      await tx.query('CREATE TABLE written ()')
      proxy.swallows = true
    }),
    { code: 'COMMIT_UNKNOWN', message: /ETIMEDOUT|no answer/ },
  )
  proxy.swallows = false
  await forge.stop()
})

test('a server that takes connections and says nothing fails a start in time', async (t) => {
  const { forge, proxy } = await behindProxy(t)
  proxy.swallows = true
  await t.throwsAsync(forge.start(), { message: /does not answer/ })
})

test('who waits too long for a connection is told that all are in use', async (t) => {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const plugins = [database({ url, poolSize: 1, acquireSeconds: 2 })]
  const forge = createForge({ plugins, log: captureLog().log })
  await forge.start()
  const db = forge.get(Database)
  await db.transaction(async (tx) => {
    await t.throwsAsync(db.query('SELECT 1'), {
      code: 'DATABASE_BUSY',
      message: /poolSize/,
    })
    await t.throwsAsync(
      db.transaction(async () => undefined),
      { code: 'DATABASE_BUSY' },
    )
    await t.throwsAsync(db.sequelize.query('SELECT 1'), { code: 'DATABASE_BUSY' })
    await tx.query('SELECT 1')
  })
  t.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }])
  await forge.stop()
})

test('a process that is frozen while an answer comes keeps its locks for a while, and not for ever', async (t) => {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const { log } = captureLog()
  const forge = createForge({ plugins: [database({ url })], log })
  await forge.start()
  const locked = async () =>
    (
      await forge.get(Database).query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      )
    ).length === 1
  const child = fork(new URL('frozen-process.js', import.meta.url), [url], { stdio: 'ignore' })
  t.teardown(() => child.kill('SIGKILL'))
  await waitFor(locked, { what: 'the lock', timeoutMs: 30_000 })
  await waitFor(async () => !(await locked()), { what: 'the end of the lock', timeoutMs: 30_000 })
  t.is(child.exitCode, null)
  await forge.stop()
})
