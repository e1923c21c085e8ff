import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { findPlatformPackage, type PlatformPackage } from '../../src/embedded/platform-package.js'
import { FAILED, type ServerUserOptions } from './server-user-options.js'

export interface ServerUserProcess {
  readonly child: ChildProcess
  /** Resolves when the server runs; throws what the process could not do. */
  started(): Promise<string>
  /** Resolves to the exit code. */
  stop(): Promise<number | null>
}

/** Forks a process, in a group of its own, that starts or joins the server in `directory`. */
export async function forkServerUser(
  t: ExecutionContext,
  options: Omit<ServerUserOptions, 'programs'> & { programs?: PlatformPackage },
): Promise<ServerUserProcess> {
  const { home = process.env['HOME'] } = options
  const argument: ServerUserOptions = { programs: await findPlatformPackage(), ...options }
  const script = join(import.meta.dirname, 'server-user.js')
  const child = fork(script, [JSON.stringify(argument)], {
    detached: true,
    env: { ...process.env, HOME: home },
  })
  // Not `exit`, which may come before the message that was sent last.
  const exited = once(child, 'close') as Promise<[number | null]>
  const url = once(child, 'message') as Promise<[string]>
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return {
    child,
    async started() {
      const early = exited.then(([code]) => {
        throw new Error(`the forked process ended with code ${code} before it had started`)
      })
      const [answer] = await Promise.race([url, early])
      if (answer.startsWith(FAILED)) throw new Error(answer.slice(FAILED.length))
      return answer
    },
    async stop() {
      child.send('stop')
      return (await exited)[0]
    },
  }
}
