import { CoreErrors } from '@titanforge/core'

/** What a process of the server does. */
export type Role = 'all' | 'web' | 'worker'

const ROLES: readonly string[] = ['all', 'web', 'worker'] satisfies Role[]

/**
 * The role that the command line names: `main.js worker` handles events and jobs, `main.js web` answers
 * requests, and without a name one process does both.
 *
 * @throws COMMAND_USAGE where there is no such role.
 */
export function roleOf([name = 'all']: readonly string[]): Role {
  if (ROLES.includes(name)) return name as Role
  throw CoreErrors.COMMAND_USAGE({
    usage: `main.js [${ROLES.join('|')}]`,
    problem: `There is no role "${name}".`,
  })
}
