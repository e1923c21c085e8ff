import { setTimeout as delay } from 'node:timers/promises'
import { ForgeError } from '../errors.js'
import type { Call } from './call.js'
import type { Interceptor } from './interceptor.js'
import type { RunContext } from './run-context.js'

/** How often a failed call of a tool is made again. */
export const RETRIES = 2
const FIRST_PAUSE_MS = 100

/**
 * Makes a tool's call again after a failure that may pass. An `external` tool is not called again here: what
 * its first call did is not known, and has to be found out before (see `callReconciled`).
 */
export const retryTools: Interceptor = {
  phase: 'retry',
  applies: ({ definition }: Call) => 'effect' in definition && definition.effect !== 'external',
  intercept(call, next) {
    return next().catch((error: unknown) => tryAgain(error, call.definition.name, call.ctx, next))
  },
}

/** @param failure what the first attempt has thrown. */
async function tryAgain(
  failure: unknown,
  tool: string,
  { signal, log }: RunContext,
  next: () => Promise<unknown>,
): Promise<unknown> {
  let error = failure
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    if (signal.aborted || isFinal(error)) break
    log.warn({ err: error, tool, attempt }, 'a tool failed; trying again')
    await pauseAfter(attempt, signal)
    try {
      return await next()
    } catch (again) {
      error = again
    }
  }
  throw error
}

/** @param attempt 0 for the first. */
export function pauseAfter(attempt: number, signal: AbortSignal): Promise<void> {
  // Half of the pause is chance, so that callers who failed together do not come back together.
  const pause = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2)
  return delay(pause, undefined, { signal })
}

/** An error that says the caller is wrong will say so again. */
export const isFinal = (error: unknown) => error instanceof ForgeError && error.status < 500
