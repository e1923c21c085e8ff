import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { Client } from 'pg'
import { startEmbeddedPostgres } from '../../src/embedded/index.js'
import { waitFor } from '../../src/testing/index.js'
import { query } from './query.js'
import { databaseDirectory, isRunning, postmasterOf } from './temporary-folder.js'

test('a second start finds the data of the first', async (t) => {
  const directory = await databaseDirectory(t)
  const { log } = captureLog()
  const first = await startEmbeddedPostgres({ directory, log })
  await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS number')
  await first.stop()
  t.false(await isRunning(directory))
  const second = await startEmbeddedPostgres({ directory, log })
  t.deepEqual(await query(second.url, 'SELECT number FROM kept'), [{ number: 7 }])
  await second.stop()
})

test('the server is durable, local, UTF-8 and UTC, and knows no secret but its password', async (t) => {
  process.env['TEST_SECRET_OF_OURS'] = 'hush'
  const directory = await databaseDirectory(t)
  const { log, lines } = captureLog()
  const { url, stop } = await startEmbeddedPostgres({ directory, log })
  const rows = await query<{ name: string; setting: string }>(
    url,
    `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'listen_addresses',
       'server_encoding', 'synchronous_commit', 'TimeZone', 'unix_socket_directories')`,
  )
  t.deepEqual(Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), {
    fsync: 'on',
    listen_addresses: '127.0.0.1',
    server_encoding: 'UTF8',
    synchronous_commit: 'on',
    TimeZone: 'UTC',
    unix_socket_directories: '',
  })
  t.deepEqual(await query(url, `SELECT upper('é') AS upper, 'a' > 'B' AS by_code_point`), [
    { upper: 'É', by_code_point: true },
  ])
  await query(url, `CREATE TABLE seen (line text)`)
  await query(url, `COPY seen FROM PROGRAM 'env'`)
  const seen = await query<{ line: string }>(url, 'SELECT line FROM seen')
  t.true(seen.some(({ line }) => line === 'TZ=UTC'))
  t.false(seen.some(({ line }) => line.includes('hush')))
  const { password } = new URL(url)
  await t.throwsAsync(query(url.replace(password, 'guess'), 'SELECT 1'), { code: '28P01' })
  t.false(lines.join().includes(password))
  await stop()
})

test('users who come all at once share one server, and the last one out stops it', async (t) => {
  const directory = await databaseDirectory(t)
  const { log } = captureLog()
  const start = () => startEmbeddedPostgres({ directory, log })
  const [first, second, third] = await Promise.all([start(), start(), start()])
  t.is(new Set([first.url, second.url, third.url]).size, 1)
  await Promise.all([first.stop(), second.stop()])
  t.deepEqual(await query(third.url, 'SELECT 1 AS one'), [{ one: 1 }])
  await third.stop()
  await third.stop()
  t.false(await isRunning(directory))
})

test('who is connected without a lease keeps the server running, but not who is just leaving', async (t) => {
  const directory = await databaseDirectory(t)
  const { log } = captureLog()
  const first = await startEmbeddedPostgres({ directory, log })
  const visitor = new Client({ connectionString: first.url })
  await visitor.connect()
  await first.stop()
  t.is((await visitor.query('SELECT 1')).rowCount, 1)

  const second = await startEmbeddedPostgres({ directory, log })
  const stopping = second.stop()
  const looksRound = async () => {
    const looked = `SELECT FROM pg_stat_activity
      WHERE application_name = 'titanforge-check' AND state = 'idle' AND query LIKE 'SELECT%'`
    return (await visitor.query(looked)).rowCount === 1
  }
  await waitFor(looksRound, { what: 'the first look for other clients' })
  await visitor.end()
  await stopping
  t.false(await isRunning(directory))
})

test('a server that goes away is noticed in the log, and can be started again where it was', async (t) => {
  const directory = await databaseDirectory(t)
  const { log, lines } = captureLog()
  const lost = await startEmbeddedPostgres({ directory, log })
  process.kill(await postmasterOf(directory), 'SIGINT')
  const gone = async () => lines.some((line) => line.includes('closed a connection'))
  await waitFor(gone, { what: 'the line in the log' })
  const again = await startEmbeddedPostgres({ directory, log })
  t.is(again.url, lost.url)
  await lost.stop()
  t.deepEqual(await query(again.url, 'SELECT 1 AS one'), [{ one: 1 }])
  await again.stop()
  t.false(await isRunning(directory))
})
