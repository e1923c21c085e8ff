import { setTimeout as delay } from 'node:timers/promises'
import { ForgeError } from '../errors.js'
import type { Interceptor } from './interceptor.js'
import type { ToolEffect } from './tool.js'

/** How often a failed call of a tool is made again, by what the tool does to the world. */
const RETRIES: Record<ToolEffect, number> = { read: 2, idempotent: 2, external: 0 }
const FIRST_PAUSE_MS = 100

/**
 * Makes a tool's call again after a failure that may pass. An `external` tool is never called again: what
 * its first call did is not known.
 */
export const retryTools: Interceptor = {
  phase: 'retry',
  async intercept({ definition, ctx }, next) {
    const limit = 'effect' in definition ? RETRIES[definition.effect] : 0
    for (let attempt = 0; ; attempt++) {
      try {
        return await next()
      } catch (error) {
        if (attempt >= limit || ctx.signal.aborted || isFinal(error)) throw error
        ctx.log.warn({ err: error, tool: definition.name, attempt }, 'a tool failed; trying again')
        // Half of the pause is chance, so that callers who failed together do not come back together.
        const pause = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2)
        await delay(pause, undefined, { signal: ctx.signal })
      }
    }
  },
}

/** An error that says the caller is wrong will say so again. */
const isFinal = (error: unknown) => error instanceof ForgeError && error.status < 500
