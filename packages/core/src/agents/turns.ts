import { CoreErrors } from '../core-errors.js'

/** @throws DEFINITION_INVALID where nobody could have a turn, or there would be no end of them. */
export function refuseBadTurns(what: string, maxTurns: number): void {
  if (maxTurns >= 1) return
  const problem = `maxTurns is ${maxTurns}; give how many may be taken, 1 or more.`
  throw CoreErrors.DEFINITION_INVALID({ what, problem })
}
