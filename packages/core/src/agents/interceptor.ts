import { CoreErrors } from '../core-errors.js'
import type { Begun } from './begun.js'
import type { Call } from './call.js'
import { promised } from './promised.js'
import { isReconciler } from './reconcile.js'

/**
 * The phases in which calls are intercepted, from the outside in. `reserve` is innermost: what the cache
 * answers costs nothing, every retry is reserved on its own, and nothing is held while a person decides.
 */
export const PHASES = ['entitle', 'admit', 'guard', 'approve', 'cache', 'retry', 'reserve'] as const

/**
 * A phase in which calls are intercepted; see {@link Interceptor}.
 *
 * @example
 * const outermost: Phase = 'entitle'
 */
export type Phase = (typeof PHASES)[number]

/** Where nothing of a call has been done yet. */
const OUTER: ReadonlySet<Phase> = new Set(['entitle', 'admit', 'guard', 'approve', 'cache'])

/**
 * Stands before every call of an agent or a tool. Fails closed: what it throws is the call's failure, and
 * the call is not made.
 *
 * @example
 * const errors = defineErrors({ QUIET_HOURS: { status: 503, message: () => 'Come back at eight.' } })
 * const quietHours: Interceptor = {
 *   phase: 'guard',
 *   async intercept(call, next) {
 *     if (new Date().getUTCHours() < 8) throw errors.QUIET_HOURS()
 *     return next()
 *   },
 * }
 * definePlugin({ name: 'quiet', setup: () => ({ interceptors: [quietHours] }) })
 */
export interface Interceptor {
  readonly phase: Phase
  /** Tells which calls it stands before; all of them, if left out. */
  applies?(call: Call): boolean
  /** @param next makes the call; it may be left out, or called again. */
  intercept(call: Call, next: () => Promise<unknown>): Promise<unknown>
}

type Make = (call: Begun) => Promise<unknown>

/** Puts interceptors before what makes a call: phase by phase, and in plugin order inside a phase. */
export function composeInterceptors(interceptors: readonly Interceptor[], make: Make): Make {
  for (const { phase } of interceptors) refuseUnknown(phase)
  const ordered = PHASES.flatMap((phase) => interceptors.filter((one) => one.phase === phase))
  const firstInner = ordered.filter(({ phase }) => OUTER.has(phase)).length
  const passOn = (place: number, call: Begun): Promise<unknown> =>
    promised(() => {
      call.bounds.throwIfOver()
      const index = nextFor(ordered, place, call)
      const { passage } = call.step
      if (passage && index >= firstInner) passage.hasPassed = true
      const interceptor = ordered[index]
      if (!interceptor) return make(call)
      return interceptor.intercept(call, () => passOn(index + 1, call))
    })
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
function refuseUnknown(phase: Phase) {
  if (PHASES.includes(phase)) return
  const problem = `there is no phase "${phase}". Phases: ${PHASES.join(', ')}.`
  throw CoreErrors.DEFINITION_INVALID({ what: 'An interceptor', problem })
}
