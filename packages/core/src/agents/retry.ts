import { setTimeout as delay } from 'node:timers/promises'
import { ForgeError } from '../errors/errors.js'
import type { Logger } from '../telemetry/logger.js'
import type { Begun } from './begun.js'
import type { Call } from './call.js'
import type { Interceptor } from './interceptor.js'

/** How often a failed call of a tool is made again. */
export const RETRIES = 2
const FIRST_PAUSE_MS = 100

/**
 * Makes a tool's call again after a failure that may pass. An `external` tool is not called again here: what
 * its first call did is not known, and has to be found out before (see `attemptReconciled`).
 */
export const retryTools: Interceptor = {
  phase: 'retry',
  applies: ({ definition }: Call) => 'effect' in definition && definition.effect !== 'external',
  intercept(call: Begun, next) {
    const beginning = ++call.beginnings
    return next().catch((error: unknown) => {
      const { definition, step, bounds } = call
      // Whoever has begun anew meanwhile ends these, whatever they fail with.
      const signal = () =>
        call.beginnings === beginning ? bounds.callers.current.signal : AbortSignal.abort()
      return tryAgain(error, next, { what: definition.name, log: step.run.log, signal })
    })
  },
}

interface Retrying {
  /** For the log. */
  what: string
  log: Logger
  /** Ends the attempts; asked for after each. */
  signal?: () => AbortSignal
}

/**
 * Does again what has failed, as long as that may help.
 *
 * @param failure of the first attempt.
 * @throws the failure of the last.
 */
export async function tryAgain<Result>(
  failure: unknown,
  work: () => Promise<Result>,
  { what, log, signal }: Retrying,
): Promise<Result> {
  let error = failure
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    const over = signal?.()
    if (over?.aborted || isFinal(error)) break
    log.warn({ err: error, what, attempt }, 'an attempt failed; trying again')
    await pauseAfter(attempt, over)
    try {
      return await work()
    } catch (again) {
      error = again
    }
  }
  throw error
}

/**
 * @param attempt 0 for the first.
 * @throws the signal's reason.
 */
export async function pauseAfter(attempt: number, signal?: AbortSignal): Promise<void> {
  // Half of the pause is chance, so that callers who failed together do not come back together.
  const pause = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2)
  await delay(pause, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
}

/**
 * An error that says the caller is wrong will say so again, and so will one that says the code is; what was ended
 * is not to be done.
 */
export const isFinal = (error: unknown) =>
  error instanceof ForgeError && (error.status < 500 || FINAL.includes(error.code))

const FINAL = ['CALL_REPEATED', 'OUTPUT_INVALID', 'RUN_ENDED']
