import { realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createLogger } from '@titanforge/core'
import { locateCluster } from '../embedded/cluster.js'
import { startEmbeddedPostgres } from '../embedded/index.js'
import { findPlatformPackage } from '../embedded/platform-package.js'
import { preparePrograms } from '../embedded/prepare-programs.js'
import { programIn, runProgram } from '../embedded/run-program.js'
import { checkout } from './checkout.js'
import { execute, scratchDatabase, type TestDatabase } from './scratch-database.js'

/** A PostgreSQL that no other test uses, and that may therefore be crashed. */
export interface TestServer {
  /** A fresh, empty database on it. */
  database(): Promise<TestDatabase>
  /** Ends it without a shutdown, as when its machine fails, and starts it again on the same port. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts an embedded PostgreSQL of the test's own. One name is one server, whose settings stay.
 *
 * @param settings PostgreSQL's configuration parameters, such as `max_connections`.
 * @example
 * const server = await testServer('orders', { max_connections: '200' })
 * test.after.always(server.stop)
 */
export async function testServer(
  name: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  // What it has to say about the connections that it loses is what the test is about.
  const log = createLogger({ level: 'silent' })
  const directory = join(checkout(), '.titanforge', `test-postgres-${name}`)
  const server = await startEmbeddedPostgres({ directory, log })
  const cluster = await locateCluster(await realpath(directory))
  const native = await preparePrograms(await findPlatformPackage(), cluster.user, log)
  const restart = (mode: 'fast' | 'immediate') => {
    const data = relative(cluster.home, cluster.data)
    return runProgram(
      programIn(native, 'pg_ctl'),
      ['restart', '-w', '-m', mode, '-D', data],
      cluster,
    )
  }
  for (const [parameter, value] of Object.entries(settings)) {
    await execute(server.url, `ALTER SYSTEM SET ${parameter} = '${value}'`)
  }
  if (Object.keys(settings).length > 0) await restart('fast')
  return {
    database: () => scratchDatabase(server.url),
    crash: () => restart('immediate'),
    stop: () => server.stop(),
  }
}
