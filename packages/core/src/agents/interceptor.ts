import type { Call } from './call.js'

/** The phases that a call passes once, however many attempts it takes. */
export const OUTER = ['entitle', 'admit', 'guard', 'approve', 'cache'] as const

/**
 * The phases around the attempts to make a call. `reserve` is innermost: what the cache answers costs
 * nothing, every attempt is reserved on its own, and nothing is held while a person decides.
 */
export const INNER = ['retry', 'reserve'] as const

/** All phases, from the outside in. */
export const PHASES = [...OUTER, ...INNER] as const

/**
 * A phase in which calls are intercepted; see {@link Interceptor}.
 *
 * @example
 * const outermost: Phase = 'entitle'
 */
export type Phase = (typeof PHASES)[number]

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
  /**
   * @param next makes the call; it may be left out, or called again. The attempt before ends then, if it has not.
   * An `external` call that may have had its effect is not made again: it fails as before, or with CALL_REPEATED
   * while it is under way. An agent that is called again makes its calls again.
   */
  intercept(call: Call, next: () => Promise<unknown>): Promise<unknown>
}
