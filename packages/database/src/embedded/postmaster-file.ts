import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { errorCode } from './error-code.js'

const fileIn = (data: string) => join(data, 'postmaster.pid')

/**
 * The port of the server that runs on the data, as its `postmaster.pid` tells; undefined where the file
 * is absent, is left over from a process that is gone, or came here with copied data.
 * https://www.postgresql.org/docs/18/storage-file-layout.html
 */
export async function portInUse(data: string): Promise<number | undefined> {
  const [pid, directory = '', , port] = await linesOf(fileIn(data))
  if (!isAlive(Number(pid)) || resolve(directory) !== data) return undefined
  return Number(port) || undefined
}

/** The port that the server had when it was last started; undefined where it never was. */
export async function lastPort(data: string): Promise<number | undefined> {
  const [options = ''] = await linesOf(join(data, 'postmaster.opts'))
  return Number(/"-p" "(\d+)"/.exec(options)?.[1]) || undefined
}

/**
 * Marks the file of a server that does not run, whose process id may belong to something else by now:
 * PostgreSQL would refuse to start. The rest of it stays, for PostgreSQL also reads there which shared
 * memory to look at, and so finds out whether any of its processes still has the data open.
 */
export async function disownPostmasterFile(data: string): Promise<void> {
  const [pid, ...rest] = await linesOf(fileIn(data))
  if (!pid) return
  const nobody = String(2 ** 31 - 1)
  await writeFile(fileIn(data), [nobody, ...rest].join('\n'))
}

async function linesOf(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
