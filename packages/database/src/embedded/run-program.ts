import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { messageOf } from '@titanforge/core'
import type { Cluster } from './cluster.js'
import { EmbeddedErrors } from './errors.js'

const TAIL_BYTES = 3_000

/**
 * Runs one of PostgreSQL's programs to its end, as the cluster's user. What it prints goes to the
 * cluster's log, and so does what a server that it leaves behind prints later.
 *
 * @throws EMBEDDED_POSTGRES_FAILED with the end of the log.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  cluster: Cluster,
): Promise<void> {
  const log = await open(cluster.log, 'a+', 0o600)
  const failed = async (problem: string, cause?: unknown) => {
    const output = await tailOf(log)
    const details = { problem: `${basename(program)} ${problem}`, logFile: cluster.log, output }
    return EmbeddedErrors.EMBEDDED_POSTGRES_FAILED(details, { cause })
  }
  try {
    const child = spawn(program, args, {
      ...cluster.user,
      cwd: cluster.home,
      // No more than it needs: our environment holds secrets, and the server may run as another user.
      env: {
        PATH: process.env['PATH'],
        SystemRoot: process.env['SystemRoot'],
        LC_ALL: 'C',
        TZ: 'UTC',
      },
      // In a session of its own: Ctrl-C in our terminal shall not break off what it has begun.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      windowsHide: true,
    })
    const [code, signal] = (await once(child, 'exit').catch(async (error: unknown) => {
      throw await failed(`cannot be run (${messageOf(error)})`, error)
    })) as [number | null, NodeJS.Signals | null]
    if (code !== 0) throw await failed(`ended with ${signal ?? `code ${code}`}`)
  } finally {
    await log.close()
  }
}

/** The path of a program in a PostgreSQL folder. */
export const programIn = (native: string, name: 'initdb' | 'pg_ctl' | 'postgres') =>
  join(native, 'bin', name)

async function tailOf(log: FileHandle): Promise<string> {
  const { size } = await log.stat()
  const position = Math.max(0, size - TAIL_BYTES)
  const { buffer, bytesRead } = await log.read(Buffer.alloc(TAIL_BYTES), { position })
  return buffer.toString('utf8', 0, bytesRead)
}
