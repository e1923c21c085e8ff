import { CoreErrors } from '../errors/core-errors.js'

// The longest delay of a timer; a longer one fires at once.
// https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
const LONGEST_MS = 2 ** 31 - 1

/** @throws DEFINITION_INVALID where a time limit is none that a timer can keep. */
export function refuseBadLimit(what: string, ms: number, name = 'timeoutMs'): void {
  if (typeof ms === 'number' && ms >= 1 && ms <= LONGEST_MS) return
  const found = typeof ms === 'number' ? ms : `of type ${typeof ms}`
  const problem = `${name} is ${found}; give milliseconds from 1 to ${LONGEST_MS}.`
  throw CoreErrors.DEFINITION_INVALID({ what, problem })
}

/** @throws DEFINITION_INVALID where nobody could have a turn, or there would be no end of them. */
export function refuseBadTurns(what: string, maxTurns: number): void {
  if (maxTurns >= 1) return
  const problem = `maxTurns is ${maxTurns}; give how many may be taken, 1 or more.`
  throw CoreErrors.DEFINITION_INVALID({ what, problem })
}
