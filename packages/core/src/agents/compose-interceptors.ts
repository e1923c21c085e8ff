import { CoreErrors } from '../errors/core-errors.js'
import { problemOfFunction } from '../validation/misshapen.js'
import type { Begun } from './begun.js'
import type { Call } from './call.js'
import { INNER, OUTER, PHASES, type Interceptor, type Phase } from './interceptor.js'
import { promised } from './promised.js'
import { attemptReconciled } from './reconcile.js'
import { isReconciler, reconcilerOf } from './reconciler.js'

/** Makes a call, or one attempt to make it. It may throw at once. */
export type Make = (call: Begun) => Promise<unknown>

/** Puts interceptors before the code of agents and tools: phase by phase, and in plugin order inside a phase. */
export function composeInterceptors(interceptors: readonly Interceptor[], code: Make): Make {
  for (const interceptor of interceptors) refuseMisshapen(interceptor)
  const within = (phases: readonly Phase[]) =>
    phases.flatMap((phase) => interceptors.filter((one) => one.phase === phase))
  const attempt = chain(within(INNER), code)
  return chain(within(OUTER), (call) => {
    const { definition } = call
    const reconciler = 'reconcile' in definition && reconcilerOf(definition)
    return reconciler ? attemptReconciled(call, reconciler, attempt) : attempt(call)
  })
}

/** Where nobody stands before a call, as before most, nothing is made for it. */
function chain(interceptors: readonly Interceptor[], make: Make): Make {
  const passOn = (place: number, call: Begun): Promise<unknown> => {
    call.bounds.throwIfOver()
    const index = nextFor(interceptors, place, call)
    const interceptor = interceptors[index]
    return interceptor ? interceptor.intercept(call, nextOf(index, call)) : make(call)
  }
  const nextOf = (index: number, call: Begun) => () => {
    const made = promised(() => passOn(index + 1, call))
    // An attempt that the interceptor has forgotten is no unhandled rejection.
    made.catch(() => undefined)
    return made
  }
  return (call) => passOn(0, call)
}

/** The place of the first interceptor from a place on that the call has to pass. */
function nextFor(interceptors: readonly Interceptor[], place: number, call: Call): number {
  let index = place
  for (let one = interceptors[index]; one && !isFor(one, call); one = interceptors[index]) index++
  return index
}

/** What became of a call is asked, and no earlier answer will do. */
const isFor = (interceptor: Interceptor, call: Call) =>
  (interceptor.phase !== 'cache' || !isReconciler(call.definition)) &&
  interceptor.applies?.(call) !== false

/** An interceptor of no known phase would never be asked, and let everything pass. */
function refuseMisshapen({ phase, intercept = null }: { phase: Phase; intercept?: unknown }) {
  const problem = PHASES.includes(phase)
    ? problemOfFunction('intercept', intercept)
    : `there is no phase "${phase}". Phases: ${PHASES.join(', ')}.`
  if (problem === undefined) return
  throw CoreErrors.DEFINITION_INVALID({ what: 'An interceptor', problem })
}
