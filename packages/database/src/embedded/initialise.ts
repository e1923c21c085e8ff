import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, join } from 'node:path'
import type { Cluster } from './cluster.js'
import { EmbeddedErrors } from './errors.js'
import { programIn, runProgram } from './run-program.js'

/** The superuser, as whom the application connects. */
export const SUPERUSER = 'titanforge'

const UNFINISHED = 'unfinished-'

const SETTINGS = {
  // Several processes of an application share it, each with pools of its own.
  max_connections: '300',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/**
 * Makes the cluster. It is built under another name and renamed when complete, so whatever was
 * interrupted before is known by its name, and cleared away.
 */
export async function initialise(cluster: Cluster, native: string): Promise<void> {
  if (!cluster.user) refuseNameless()
  await clearUnfinished(cluster.home)
  const folder = await mkdtemp(join(cluster.home, UNFINISHED))
  const password = join(folder, basename(cluster.password))
  await writeFile(password, randomBytes(24).toString('hex'), { mode: 0o600, flush: true })
  const { user } = cluster
  if (user) for (const path of [password, folder]) await chown(path, user.uid, user.gid)
  await runProgram(
    programIn(native, 'initdb'),
    [
      `--pgdata=${join(folder, basename(cluster.data))}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // PostgreSQL's own collation, which no system library can change beneath the indexes.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...Object.entries(SETTINGS).map(([name, value]) => `--set=${name}=${value}`),
    ],
    cluster,
  )
  await rename(folder, cluster.folder)
}

/** As containers like to run us; initdb would say so in words that help nobody. */
function refuseNameless(): void {
  try {
    userInfo()
  } catch (cause) {
    const problem = `it makes no database for a user without a name, and the user id ${process.getuid?.()} has no entry in /etc/passwd`
    throw EmbeddedErrors.EMBEDDED_POSTGRES_FAILED({ problem }, { cause })
  }
}

async function clearUnfinished(home: string): Promise<void> {
  const leftovers = (await readdir(home)).filter((name) => name.startsWith(UNFINISHED))
  // The killed process may have left an initdb that still writes there; hence the retries.
  const options = { recursive: true, force: true, maxRetries: 10 }
  for (const name of leftovers) await rm(join(home, name), options)
}
