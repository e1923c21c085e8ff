import { existsSync } from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import { relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf, type Logger } from '@titanforge/core'
import { DatabaseError } from 'pg'
import type { Cluster } from './cluster.js'
import { connect, type Connection } from './connection.js'
import { errorCode } from './error-code.js'
import { freePort } from './free-port.js'
import { disownPostmasterFile, lastPort, portInUse } from './postmaster-file.js'
import { programIn, runProgram } from './run-program.js'

const CONNECT_PATIENCE_MS = 60_000
const START_PATIENCE_MS = 10_000

// Somebody took the port before PostgreSQL did; processes of a server that crashed are still about.
const PASSING = /Address already in use|shared memory block .* is still in use/

/** Connects to the cluster's server if it runs, and waits for one that is starting or stopping. */
export async function connectIfRunning(
  cluster: Cluster,
  name: string,
  log: Logger,
): Promise<Connection | undefined> {
  const deadline = Date.now() + CONNECT_PATIENCE_MS
  for (;;) {
    const port = existsSync(cluster.folder) ? await portInUse(cluster.data) : undefined
    if (!port) return undefined
    try {
      return await connect({ port, password: await readFile(cluster.password, 'utf8') }, name, log)
    } catch (error) {
      // Nobody listens: the process that is alive under the server's id is another one.
      if (errorCode(error) === 'ECONNREFUSED') return undefined
      if (isAnswer(error) || Date.now() > deadline) throw error
    }
    await delay(20)
  }
}

/** Whether the server said no, for another reason than that it is starting or stopping (class 57P). */
const isAnswer = (error: unknown) =>
  error instanceof DatabaseError && !error.code?.startsWith('57P')

/**
 * Starts the cluster's server, which must not run, where it was before if it can: processes that lost it
 * find it again there. It outlives this process.
 */
export async function startServer(
  cluster: Cluster,
  native: string,
  choosePort: () => Promise<number> = freePort,
): Promise<void> {
  await disownPostmasterFile(cluster.data)
  if (existsSync(cluster.log)) await rename(cluster.log, `${cluster.log}.1`)
  const deadline = Date.now() + START_PATIENCE_MS
  for (let port = await lastPort(cluster.data); ; port = undefined) {
    const args = ['start', '-w', '-D', dataOf(cluster), '-o', `-p ${port ?? (await choosePort())}`]
    try {
      await runProgram(programIn(native, 'pg_ctl'), args, cluster)
      return
    } catch (error) {
      if (!PASSING.test(messageOf(error)) || Date.now() > deadline) throw error
    }
    await delay(50)
  }
}

export async function stopServer(cluster: Cluster, native: string): Promise<void> {
  await runProgram(
    programIn(native, 'pg_ctl'),
    ['stop', '-m', 'fast', '-w', '-D', dataOf(cluster)],
    cluster,
  )
}

// Seen from where programs run: pg_ctl has a shell read it, and folders may be called `$HOME`.
const dataOf = (cluster: Cluster) => relative(cluster.home, cluster.data)
