import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { Client } from 'pg'
import { locateCluster } from '../../src/embedded/cluster.js'
import { startEmbeddedPostgres } from '../../src/embedded/index.js'
import { waitFor } from '../../src/testing/index.js'
import { forkServerUser } from './fork-server-user.js'
import { query } from './query.js'
import { databaseDirectory, postmasterOf } from './temporary-folder.js'

const { log } = captureLog()

test('an initialisation that was interrupted is cleared away and done again', async (t) => {
  const directory = await databaseDirectory(t)
  const { home } = await locateCluster(directory)
  const unfinished = async () =>
    (await readdir(home)).filter((name) => name.startsWith('unfinished-'))
  const interrupted = await forkServerUser(t, { directory })
  const [leftover] = await waitFor(
    async () => ((await unfinished()).length > 0 ? unfinished() : false),
    {
      what: 'the initialisation to begin',
    },
  )
  interrupted.child.kill('SIGKILL')
  await once(interrupted.child, 'exit')
  t.false((await readdir(home)).includes('cluster'), 'it was killed too late to interrupt anything')
  t.true((await unfinished()).includes(leftover ?? ''))
  const first = await startEmbeddedPostgres({ directory, log })
  await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS number')
  t.deepEqual(await unfinished(), [])
  await first.stop()

  // Complete data is never made anew, whatever lies beside it.
  await mkdir(join(home, 'unfinished-x'))
  const second = await startEmbeddedPostgres({ directory, log })
  t.deepEqual(await query(second.url, 'SELECT number FROM kept'), [{ number: 7 }])
  await second.stop()
})

test('a server that crashed is started again when the last of its processes is gone', async (t) => {
  const directory = await databaseDirectory(t)
  const crashed = await startEmbeddedPostgres({ directory, log })
  await query(crashed.url, 'CREATE TABLE kept AS SELECT 7 AS number')
  const client = new Client({ connectionString: crashed.url })
  const lost = new Promise((resolve) => client.on('error', resolve))
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const survivor = rows[0]?.pid ?? t.fail()
  process.kill(survivor, 'SIGSTOP')
  process.kill(await postmasterOf(directory), 'SIGKILL')
  const starting = startEmbeddedPostgres({ directory, log })
  const { log: serverLog } = await locateCluster(directory)
  // Between two attempts the log of the first is put aside.
  const logged = () => readFile(serverLog, 'utf8').catch(() => '')
  const refused = async () => (await logged()).includes('is still in use')
  await waitFor(refused, {
    what: 'PostgreSQL to refuse to start beside the survivor',
    timeoutMs: 60_000,
  })
  process.kill(survivor, 'SIGCONT')
  await lost
  const again = await starting
  t.deepEqual(await query(again.url, 'SELECT number FROM kept'), [{ number: 7 }])
  await again.stop()
  await crashed.stop()
})

test('a left-over postmaster.pid whose process id another process has by now does not matter', async (t) => {
  const directory = await databaseDirectory(t)
  const first = await startEmbeddedPostgres({ directory, log })
  const { data } = await locateCluster(directory)
  const file = join(data, 'postmaster.pid')
  const [, ...rest] = (await readFile(file, 'utf8')).split('\n')
  await first.stop()
  // PostgreSQL takes a process of its own user for another server.
  const { uid, gid } = await stat(data)
  const stranger = spawn('sleep', ['60'], { uid, gid, cwd: '/' })
  t.teardown(() => stranger.kill())
  await writeFile(file, [stranger.pid, ...rest].join('\n'))
  const second = await startEmbeddedPostgres({ directory, log })
  t.deepEqual(await query(second.url, 'SELECT 1 AS one'), [{ one: 1 }])
  await second.stop()
})

test('data that was copied while its server ran gets a server of its own', async (t) => {
  const [directory, copy] = [await databaseDirectory(t), await databaseDirectory(t)]
  const original = await startEmbeddedPostgres({ directory, log })
  await query(original.url, 'CHECKPOINT')
  const { folder, user } = await locateCluster(directory)
  await cp(folder, join(copy, 'cluster'), { recursive: true })
  if (user)
    await once(spawn('chown', ['-R', `${user.uid}:${user.gid}`, join(copy, 'cluster')]), 'exit')
  const copied = await startEmbeddedPostgres({ directory: copy, log })
  t.not(copied.url, original.url)
  await query(copied.url, 'CREATE TABLE only_in_the_copy ()')
  t.deepEqual(await query(original.url, `SELECT to_regclass('only_in_the_copy') AS found`), [
    { found: null },
  ])
  await copied.stop()
  await original.stop()
})
