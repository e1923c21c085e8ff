import { existsSync } from 'node:fs'
import { mkdir, realpath } from 'node:fs/promises'
import { ForgeError, messageOf, type Logger } from '@titanforge/core'
import { locateCluster, type Cluster } from './cluster.js'
import { ensureDatabase, type Connection } from './connection.js'
import { EmbeddedErrors } from './errors.js'
import { initialise } from './initialise.js'
import { isAlone, LEASE } from './lease.js'
import { findPlatformPackage, type PlatformPackage } from './platform-package.js'
import { withLock } from './process-lock.js'
import { preparePrograms } from './prepare-programs.js'
import { connectIfRunning, startServer, stopServer } from './server.js'

export interface EmbeddedPostgres {
  /** The database `titanforge`, with user and password: a secret. */
  readonly url: string
  /** Lets go of the server, and stops it if nobody else is connected. Idempotent. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  directory: string
  log: Logger
}

/**
 * Starts, or joins, the PostgreSQL whose data lies in `directory`. Any number of processes may do so at
 * once; the last one to stop stops the server, and a server whose users were killed is joined again.
 *
 * @throws EMBEDDED_POSTGRES_UNAVAILABLE, EMBEDDED_POSTGRES_FAILED
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  return startFrom(await findPlatformPackage(), options)
}

/** {@link startEmbeddedPostgres} with the programs of a given package. */
export async function startFrom(
  programs: PlatformPackage,
  { directory, log }: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const folder = await naming(() => makeFolder(directory))
  const exclusively = <Result>(work: () => Promise<Result>) =>
    naming(() => withLock(folder, log, work))
  const { cluster, lease } = await exclusively(async () => {
    const cluster = await locateCluster(folder)
    const running = await connectIfRunning(cluster, LEASE, log)
    const lease = running ?? (await startCluster(cluster, folder, programs, log))
    await ensureDatabase(lease).finally(() => lease.unref())
    return { cluster, lease }
  })
  return { url: lease.url, stop: () => exclusively(() => leave(cluster, lease, programs, log)) }
}

async function startCluster(
  cluster: Cluster,
  folder: string,
  programs: PlatformPackage,
  log: Logger,
): Promise<Connection> {
  const { home, user } = cluster
  if (home !== folder) {
    log.info(
      { home, folder, uid: user?.uid },
      'PostgreSQL keeps its data outside a folder that its user cannot enter',
    )
  }
  const native = await preparePrograms(programs, user, log)
  if (!existsSync(cluster.folder)) await initialise(cluster, native)
  await startServer(cluster, native)
  const lease = await connectIfRunning(cluster, LEASE, log)
  if (lease) return lease
  const problem = 'the server ended as soon as it had started'
  throw EmbeddedErrors.EMBEDDED_POSTGRES_FAILED({ problem, logFile: cluster.log })
}

async function leave(
  cluster: Cluster,
  lease: Connection,
  programs: PlatformPackage,
  log: Logger,
): Promise<void> {
  await lease.close()
  const check = await connectIfRunning(cluster, 'titanforge-check', log)
  if (!check) return
  const alone = await isAlone(check)
  await check.close()
  if (alone) await stopServer(cluster, await preparePrograms(programs, cluster.user, log))
}

async function makeFolder(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  return realpath(directory)
}

/** Gives errors of the system and of the server our code and remedy. */
async function naming<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof ForgeError) throw cause
    throw EmbeddedErrors.EMBEDDED_POSTGRES_FAILED({ problem: messageOf(cause) }, { cause })
  }
}
