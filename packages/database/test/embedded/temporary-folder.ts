import { chmod, mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { locateCluster } from '../../src/embedded/cluster.js'
import { portInUse } from '../../src/embedded/postmaster-file.js'
import { waitFor } from '../../src/testing/index.js'

/** A folder for one test, cleared away afterwards. */
export async function temporaryFolder(t: ExecutionContext, mode = 0o755): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'titanforge-embedded-')))
  await chmod(folder, mode)
  t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

/** A directory for `startEmbeddedPostgres`; a server that still runs in it at the end is stopped. */
export async function databaseDirectory(t: ExecutionContext, parentMode = 0o755): Promise<string> {
  const directory = join(await temporaryFolder(t, parentMode), "it's $HOME")
  await mkdir(directory)
  t.teardown(async () => {
    const { home, data } = await locateCluster(directory)
    const running = async () => (await portInUse(data)) !== undefined
    if (await running()) process.kill(await postmasterOf(directory), 'SIGINT')
    await waitFor(async () => !(await running()), { what: `the server in ${data} to end` })
    if (home !== directory) await rm(home, { recursive: true, force: true })
  })
  return directory
}

/** The process id of the server that runs on the directory's data. */
export async function postmasterOf(directory: string): Promise<number> {
  const { data } = await locateCluster(directory)
  return Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0])
}

/** Whether a server runs on the directory's data. */
export async function isRunning(directory: string): Promise<boolean> {
  return (await portInUse((await locateCluster(directory)).data)) !== undefined
}
