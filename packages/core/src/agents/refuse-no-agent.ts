import { CoreErrors } from '../core-errors.js'

/**
 * Refuses what JavaScript lets through: an agent's name, a definition that `defineAgent` was not given, an agent
 * that only handles events.
 *
 * @throws DEFINITION_INVALID
 */
export function refuseNoAgent(agent: unknown): void {
  if (isAgent(agent)) return
  const problem = 'it is given no agent; give what defineAgent has made of a definition with `run`.'
  throw CoreErrors.DEFINITION_INVALID({ what: 'run', problem })
}

const isAgent = (agent: unknown) =>
  typeof agent === 'object' && agent !== null && 'run' in agent && 'timeoutMs' in agent
