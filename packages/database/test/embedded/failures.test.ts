import { createServer } from 'node:net'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ForgeError } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { locateCluster } from '../../src/embedded/cluster.js'
import { startFrom } from '../../src/embedded/embedded-postgres.js'
import { freePort } from '../../src/embedded/free-port.js'
import { startEmbeddedPostgres } from '../../src/embedded/index.js'
import { findPlatformPackage } from '../../src/embedded/platform-package.js'
import { preparePrograms } from '../../src/embedded/prepare-programs.js'
import { startServer } from '../../src/embedded/server.js'
import { databaseDirectory, isRunning, temporaryFolder } from './temporary-folder.js'

const { log } = captureLog()

test('a platform without programs gets one sentence that names DATABASE_URL', async (t) => {
  const error = await t.throwsAsync<ForgeError>(findPlatformPackage('plan9-mips'), {
    code: 'EMBEDDED_POSTGRES_UNAVAILABLE',
  })
  t.regex(error.message, /^[^.\n]*plan9-mips: set DATABASE_URL[^.\n]*\.$/)
})

test('a program that fails is quoted, with its log and the way round it', async (t) => {
  const directory = await databaseDirectory(t)
  const native = await scripts(t, { initdb: 'echo the disk is made of cheese; exit 3' })
  const error = await t.throwsAsync<ForgeError>(
    startFrom({ native, version: '0' }, { directory, log }),
    {
      code: 'EMBEDDED_POSTGRES_FAILED',
    },
  )
  const message = error.message
  t.regex(message, /initdb ended with code 3/)
  t.regex(message, /DATABASE_URL/)
  t.regex(message, /the disk is made of cheese/)
  t.true(message.includes((await locateCluster(directory)).log))
})

test('a program that cannot be run is named', async (t) => {
  const directory = await databaseDirectory(t)
  const native = await scripts(t, {})
  const error = await t.throwsAsync<ForgeError>(
    startFrom({ native, version: '0' }, { directory, log }),
    {
      code: 'EMBEDDED_POSTGRES_FAILED',
    },
  )
  t.regex(error.message, /initdb cannot be run \(.*ENOENT/)
})

test('a directory that cannot be made gets our code and the way round it', async (t) => {
  const file = join(await temporaryFolder(t), 'file')
  await writeFile(file, '')
  const error = await t.throwsAsync<ForgeError>(
    startEmbeddedPostgres({ directory: join(file, 'x'), log }),
    {
      code: 'EMBEDDED_POSTGRES_FAILED',
    },
  )
  t.regex(error.message, /ENOTDIR.*DATABASE_URL/)
})

test('a port that somebody takes at the last moment costs only another attempt', async (t) => {
  const directory = await databaseDirectory(t)
  const { url, stop } = await startEmbeddedPostgres({ directory, log })
  await stop()
  const port = Number(new URL(url).port)
  const rival = createServer().listen(port, '127.0.0.1')
  await once(rival, 'listening')
  t.teardown(() => rival.close())
  const ports = [await freePort()]
  const cluster = await locateCluster(directory)
  const native = await preparePrograms(await findPlatformPackage(), cluster.user, log)
  await startServer(cluster, native, async () => ports.shift() ?? t.fail())
  t.true(await isRunning(directory))
  t.deepEqual(ports, [])
})

/** A PostgreSQL folder with shell scripts for programs. */
async function scripts(t: Parameters<typeof temporaryFolder>[0], programs: Record<string, string>) {
  const native = await temporaryFolder(t)
  await mkdir(join(native, 'bin'))
  const all = { postgres: 'exit 0', ...programs }
  for (const [name, script] of Object.entries(all)) {
    const path = join(native, 'bin', name)
    await writeFile(path, `#!/bin/sh\n${script}\n`)
    await chmod(path, 0o755)
  }
  return native
}
