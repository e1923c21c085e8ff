import { messageOf } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import type { ExecutionContext } from 'ava'
import { locateCluster, type Cluster } from '../src/embedded/cluster.js'
import { startEmbeddedPostgres } from '../src/embedded/index.js'
import { findPlatformPackage } from '../src/embedded/platform-package.js'
import { preparePrograms } from '../src/embedded/prepare-programs.js'
import { programIn, runProgram } from '../src/embedded/run-program.js'
import { databaseDirectory } from './embedded/temporary-folder.js'

export interface OwnServer {
  readonly url: string
  readonly cluster: Cluster
  /** As after a crash: nothing is told to clients, and the log is replayed. */
  crash(): Promise<void>
  /** Starts it again, where it was. */
  start(): Promise<void>
}

/** A PostgreSQL that belongs to one test, to be stopped and crashed. */
export async function ownServer(t: ExecutionContext): Promise<OwnServer> {
  const { log } = captureLog()
  const directory = await databaseDirectory(t)
  const { url, stop } = await startEmbeddedPostgres({ directory, log })
  t.teardown(async () => {
    await stop().catch((error: unknown) => t.log(messageOf(error)))
  })
  const cluster = await locateCluster(directory)
  const native = await preparePrograms(await findPlatformPackage(), cluster.user, log)
  const control = (...args: string[]) =>
    runProgram(programIn(native, 'pg_ctl'), [...args, '-w', '-D', 'cluster/data'], cluster)
  return {
    url,
    cluster,
    crash: () => control('stop', '-m', 'immediate'),
    start: () => control('start', '-o', `-p ${new URL(url).port}`),
  }
}
