import { CoreErrors } from '../errors/core-errors.js'

/**
 * Refuses what JavaScript lets through: an agent's name, a definition that `defineAgent` was not given, an agent
 * that only handles events, and a tool, which would pass by what the caller declares.
 *
 * @throws DEFINITION_INVALID
 */
export function refuseNoAgent(agent: unknown): void {
  if (isAgent(agent)) return
  const problem = 'it is given no agent; give what defineAgent has made of a definition with `run`.'
  throw CoreErrors.DEFINITION_INVALID({ what: 'run', problem })
}

// Of these, definitions have no time limit yet, and tools have no tools.
const MARKS = ['run', 'timeoutMs', 'tools']

const isAgent = (agent: unknown) =>
  typeof agent === 'object' && agent !== null && MARKS.every((mark) => mark in agent)
