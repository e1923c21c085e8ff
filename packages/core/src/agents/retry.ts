import { setTimeout as delay } from 'node:timers/promises'
import { ForgeError } from '../errors.js'
import type { Call } from './call.js'
import type { Interceptor } from './interceptor.js'
import type { RunContext } from './run-context.js'
import type { ToolEffect } from './tool.js'

/** How often a failed call of a tool is made again, by what the tool does to the world. */
const RETRIES: Record<ToolEffect, number> = { read: 2, idempotent: 2, external: 0 }
const FIRST_PAUSE_MS = 100

const retriesOf = ({ definition }: Call) =>
  'effect' in definition ? RETRIES[definition.effect] : 0

/**
 * Makes a tool's call again after a failure that may pass. An `external` tool is never called again: what
 * its first call did is not known.
 */
export const retryTools: Interceptor = {
  phase: 'retry',
  applies: (call) => retriesOf(call) > 0,
  intercept(call, next) {
    const { definition, ctx } = call
    return next().catch((error: unknown) =>
      tryAgain(error, retriesOf(call), definition.name, ctx, next),
    )
  },
}

/** @param failure what the first attempt has thrown. */
async function tryAgain(
  failure: unknown,
  limit: number,
  tool: string,
  { signal, log }: RunContext,
  next: () => Promise<unknown>,
): Promise<unknown> {
  let error = failure
  for (let attempt = 0; attempt < limit; attempt++) {
    if (signal.aborted || isFinal(error)) break
    log.warn({ err: error, tool, attempt }, 'a tool failed; trying again')
    // Half of the pause is chance, so that callers who failed together do not come back together.
    const pause = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2)
    await delay(pause, undefined, { signal })
    try {
      return await next()
    } catch (again) {
      error = again
    }
  }
  throw error
}

/** An error that says the caller is wrong will say so again. */
const isFinal = (error: unknown) => error instanceof ForgeError && error.status < 500
