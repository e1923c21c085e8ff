import { CoreErrors } from '../errors/core-errors.js'
import type { Logger } from '../telemetry/logger.js'
import type { Call, Outcome } from './call.js'

/**
 * Watches calls of agents and tools. Fails open: what it throws is logged, and the call goes on.
 *
 * @example
 * const failures: string[] = []
 * const watch: Observer = {
 *   ended: (call, { status }) => void (status === 'failed' && failures.push(call.definition.name)),
 * }
 * definePlugin({ name: 'watch', setup: () => ({ observers: [watch] }) })
 */
export interface Observer {
  started?(call: Call): void
  ended?(call: Call, outcome: Outcome): void
}

const NOBODY: Required<Observer> = { started: () => undefined, ended: () => undefined }

/**
 * One observer out of many, in plugin order.
 *
 * @throws DEFINITION_INVALID where one would never hear of anything, as where a name is misspelt.
 */
export function composeObservers(observers: readonly Observer[], log: Logger): Required<Observer> {
  if (observers.length === 0) return NOBODY
  for (const observer of observers) refuseDeaf(observer)
  const fail = (error: unknown) => log.error({ err: error }, 'an observer failed')
  const tell = (notify: (observer: Observer) => unknown) => {
    for (const observer of observers) {
      try {
        const result = notify(observer)
        // An asynchronous one is not waited for.
        if (result !== undefined) Promise.resolve(result).catch(fail)
      } catch (error) {
        fail(error)
      }
    }
  }
  return {
    started: (call) => tell((observer) => observer.started?.(call)),
    ended: (call, outcome) => tell((observer) => observer.ended?.(call, outcome)),
  }
}

function refuseDeaf({ started, ended }: Observer) {
  if (started ?? ended) return
  const problem = 'it has neither started() nor ended(). Check the spelling.'
  throw CoreErrors.DEFINITION_INVALID({ what: 'An observer', problem })
}
