import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { EmbeddedErrors } from './errors.js'

/** An account of the operating system, by its numbers. */
export interface SystemUser {
  uid: number
  gid: number
}

/**
 * Whom root lends PostgreSQL to, which refuses to run as root itself.
 *
 * @throws EMBEDDED_POSTGRES_FAILED where the system knows neither `postgres` nor `nobody`.
 */
export async function findUnprivilegedUser(): Promise<SystemUser> {
  const accounts = await readFile('/etc/passwd', 'utf8')
  const user = userIn(accounts, 'postgres') ?? userIn(accounts, 'nobody')
  if (user) return user
  const problem = 'it does not run as root, and there is no user "postgres" or "nobody" to run it'
  throw EmbeddedErrors.EMBEDDED_POSTGRES_FAILED({ problem })
}

/** An account from the text of `/etc/passwd`. */
export function userIn(accounts: string, name: string): SystemUser | undefined {
  const fields = accounts
    .split('\n')
    .map((line) => line.split(':'))
    .find(([account]) => account === name)
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) }
}

/** Whether the user may enter a folder, or run a program: asked of the kernel, which knows every rule. */
export function mayUse(path: string, user: SystemUser): Promise<boolean> {
  return new Promise((resolve) => {
    const child = execFile('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { ...user, cwd: '/' })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}
