import type { Call } from './call.js'

/**
 * The phases in which calls are intercepted, from the outside in. `reserve` is innermost: what the cache
 * answers costs nothing, every retry is reserved on its own, and nothing is held while a person decides.
 */
export const PHASES = ['entitle', 'admit', 'guard', 'approve', 'cache', 'retry', 'reserve'] as const
export type Phase = (typeof PHASES)[number]

/**
 * Stands before every call of an agent or a tool. Fails closed: what it throws is the call's failure, and
 * the call is not made.
 *
 * @example
 * const quietHours: Interceptor = {
 *   phase: 'guard',
 *   async intercept(call, next) {
 *     if (isNight()) throw errors.QUIET_HOURS()
 *     return next()
 *   },
 * }
 */
export interface Interceptor {
  readonly phase: Phase
  /** @param next makes the call; it may be left out, or called again. */
  intercept(call: Call, next: () => Promise<unknown>): Promise<unknown>
}

type Chain = (call: Call, innermost: () => Promise<unknown>) => Promise<unknown>

/** One function out of many interceptors: phase by phase, and in plugin order inside a phase. */
export function composeInterceptors(interceptors: readonly Interceptor[]): Chain {
  const ordered = PHASES.flatMap((phase) => interceptors.filter((one) => one.phase === phase))
  return ordered.reduceRight<Chain>(
    (inner, interceptor) => (call, innermost) =>
      interceptor.intercept(call, () => inner(call, innermost)),
    (_call, innermost) => innermost(),
  )
}
