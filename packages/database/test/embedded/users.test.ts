import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { locateCluster } from '../../src/embedded/cluster.js'
import { chooseHome, homeAwayFrom } from '../../src/embedded/data-home.js'
import { startFrom } from '../../src/embedded/embedded-postgres.js'
import { startEmbeddedPostgres } from '../../src/embedded/index.js'
import { SYSTEM_FOLDER } from '../../src/embedded/system-folder.js'
import { userIn } from '../../src/embedded/system-user.js'
import { forkServerUser } from './fork-server-user.js'
import { linksOf, nativeCopy } from './native-copy.js'
import { query } from './query.js'
import { databaseDirectory, isRunning, temporaryFolder } from './temporary-folder.js'

const isRoot = process.getuid?.() === 0
const nobody = { uid: 65534, gid: 65534 }
const ordinaryUser = isRoot ? nobody : undefined

test('the home is where the data is already, else where its user may enter', (t) => {
  const nothing = { here: false, away: false }
  t.is(chooseHome('/project', { ...nothing, enterable: true }), '/project')
  t.is(chooseHome('/project', { ...nothing, enterable: false }), homeAwayFrom('/project'))
  t.is(
    chooseHome('/project', { here: false, away: true, enterable: true }),
    homeAwayFrom('/project'),
  )
  t.is(chooseHome('/project', { here: true, away: true, enterable: false }), '/project')
  t.regex(homeAwayFrom('/project'), /^\/var\/lib\/titanforge\/[0-9a-f]{12}$/)
  t.not(homeAwayFrom('/project'), homeAwayFrom('/other'))
})

test('an account is found by its whole name', (t) => {
  const accounts = 'root:x:0:0:root:/root:/bin/sh\nnobody2:x:7:8::/:\nnobody:x:65534:65533::/:\n'
  t.deepEqual(userIn(accounts, 'nobody'), { uid: 65534, gid: 65533 })
  t.is(userIn(accounts, 'postgres'), undefined)
})

if (isRoot) {
  test('root keeps the data of a folder closed to others elsewhere, even when it opens later', async (t) => {
    const directory = await databaseDirectory(t, 0o700)
    const { log, lines } = captureLog()
    const first = await startEmbeddedPostgres({ directory, log })
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS number')
    await first.stop()
    const home = homeAwayFrom(directory)
    t.true(lines.some((line) => line.includes(`"home":"${home}"`)))
    t.true((await readdir(home)).includes('cluster'))
    t.deepEqual(await readdir(directory), [])
    await chmod(dirname(directory), 0o755)
    const second = await startEmbeddedPostgres({ directory, log })
    t.deepEqual(await query(second.url, 'SELECT number FROM kept'), [{ number: 7 }])
    await second.stop()
  })

  test('root runs the server as another user, who gets a copy of programs that only root can reach', async (t) => {
    const directory = await databaseDirectory(t)
    const programs = await nativeCopy(t)
    const copy = join(SYSTEM_FOLDER, `postgres-${programs.version}`)
    t.teardown(() => rm(copy, { recursive: true, force: true }))
    // As a umask of 077 leaves what npm installs.
    await once(spawn('chmod', ['-R', 'go=', dirname(programs.native)]), 'exit')
    const { url, stop } = await startFrom(programs, { directory, log: captureLog().log })
    t.deepEqual(await query(url, 'SELECT 1 AS one'), [{ one: 1 }])
    t.true((await readdir(copy)).includes('bin'))
    const { home, data, password } = await locateCluster(directory)
    t.is(home, directory)
    t.not((await stat(data)).uid, 0)
    t.is((await stat(password)).mode & 0o777, 0o600)
    await stop()
  })

  test("root joins and stops an ordinary user's server", async (t) => {
    const directory = await databaseDirectory(t, 0o700)
    await chown(dirname(directory), nobody.uid, nobody.gid)
    await chown(directory, nobody.uid, nobody.gid)
    const ordinary = await forkServerUser(t, {
      directory,
      user: nobody,
      programs: await nativeCopy(t, nobody),
    })
    const url = await ordinary.started()
    const root = await startEmbeddedPostgres({ directory, log: captureLog().log })
    t.is(root.url, url)
    t.is(await ordinary.stop(), 0)
    await root.stop()
    t.false(await isRunning(directory))
    const again = await startEmbeddedPostgres({ directory, log: captureLog().log })
    t.deepEqual((await stat((await locateCluster(directory)).data)).uid, nobody.uid)
    await again.stop()
  })
}

if (isRoot) {
  test('a user without a name gets one sentence that says what PostgreSQL lacks', async (t) => {
    const nameless = { uid: 54_321, gid: 54_321 }
    const directory = await databaseDirectory(t)
    await chown(directory, nameless.uid, nameless.gid)
    const programs = await nativeCopy(t, nameless)
    const process = await forkServerUser(t, { directory, user: nameless, programs })
    const error = await t.throwsAsync<Error>(process.started())
    t.regex(error.message, /^[^\n]*54321 has no entry in \/etc\/passwd[^\n]*DATABASE_URL[^\n]*$/)
  })
}

test('an ordinary user keeps the data in a folder closed to others, and missing links are made', async (t) => {
  const directory = await databaseDirectory(t, 0o700)
  const programs = await nativeCopy(t, ordinaryUser)
  if (ordinaryUser) {
    for (const path of [dirname(directory), directory]) await chown(path, nobody.uid, nobody.gid)
  }
  const user = await forkServerUser(t, { directory, user: ordinaryUser, programs })
  t.deepEqual(await query(await user.started(), 'SELECT 1 AS one'), [{ one: 1 }])
  t.true((await readdir(directory)).includes('cluster'))
  const libraries = await readdir(join(programs.native, 'lib'))
  for (const { target } of await linksOf(programs.native)) {
    t.true(libraries.includes(target.replace('native/lib/', '')), target)
  }
  t.is(await user.stop(), 0)
})

test('an ordinary user runs a copy of programs that lack links and cannot be written', async (t) => {
  const directory = await databaseDirectory(t, 0o700)
  const home = await temporaryFolder(t)
  const programs = await nativeCopy(t)
  if (ordinaryUser) {
    for (const path of [dirname(directory), directory, home])
      await chown(path, nobody.uid, nobody.gid)
  } else await chmod(join(programs.native, 'lib'), 0o555)
  const user = await forkServerUser(t, { directory, user: ordinaryUser, programs, home })
  t.deepEqual(await query(await user.started(), 'SELECT 1 AS one'), [{ one: 1 }])
  const copy = join(home, '.cache', 'titanforge', `postgres-${programs.version}`)
  t.true((await readdir(join(copy, 'lib'))).includes('libpq.so.5'))
  t.is(await user.stop(), 0)
  if (!ordinaryUser) await chmod(join(programs.native, 'lib'), 0o755)
})
