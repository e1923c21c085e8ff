import { once } from 'node:events'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { startEmbeddedPostgres } from '../../src/embedded/index.js'
import { waitFor } from '../../src/testing/index.js'
import { forkServerUser } from './fork-server-user.js'
import { query } from './query.js'
import { databaseDirectory, isRunning } from './temporary-folder.js'

test('two processes at once share one server, and the last one stops it', async (t) => {
  const directory = await databaseDirectory(t)
  const [one, other] = await Promise.all([
    forkServerUser(t, { directory }),
    forkServerUser(t, { directory }),
  ])
  const [url, otherUrl] = await Promise.all([one.started(), other.started()])
  t.is(url, otherUrl)
  t.is(await one.stop(), 0)
  t.deepEqual(await query(url, 'SELECT 1 AS one'), [{ one: 1 }])
  t.is(await other.stop(), 0)
  t.false(await isRunning(directory))
})

test('the server outlives users who are killed, and Ctrl-C in their terminal, and is joined again', async (t) => {
  const directory = await databaseDirectory(t)
  const urls = []
  for (const signal of ['SIGKILL', 'SIGINT']) {
    const user = await forkServerUser(t, { directory })
    urls.push(await user.started())
    // To the whole process group, as a terminal sends it.
    process.kill(-(user.child.pid ?? t.fail()), signal)
    await once(user.child, 'exit')
  }
  const last = await startEmbeddedPostgres({ directory, log: captureLog().log })
  t.deepEqual(urls, [last.url, last.url])
  await last.stop()
  t.false(await isRunning(directory))
})

test('a process that has nothing else to do ends, though its lease is open', async (t) => {
  const directory = await databaseDirectory(t)
  const idle = await forkServerUser(t, { directory, leaves: true })
  await idle.started()
  const exitCode = async () => idle.child.exitCode ?? undefined
  t.is(await waitFor(exitCode, { what: 'the process to end' }), 0)
  t.true(await isRunning(directory))
})
