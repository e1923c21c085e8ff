import { CoreErrors } from '../errors/core-errors.js'
import { EventBus } from '../events/event-bus.js'
import { admit } from '../money/admit.js'
import { entitle } from '../money/entitle.js'
import { reserve } from '../money/reserve.js'
import type { Container } from '../plugins/container.js'
import { LazyLogger } from '../telemetry/lazy-logger.js'
import type { Logger } from '../telemetry/logger.js'
import type { Agent } from './agent.js'
import { composeInterceptors } from './compose-interceptors.js'
import type { Interceptor } from './interceptor.js'
import { refuseBadLimit } from './limit.js'
import { composeObservers, type Observer } from './observer.js'
import { promised } from './promised.js'
import { refuseNoAgent } from './refuse-no-agent.js'
import { retryTools } from './retry.js'
import type { Principal } from './run-context.js'
import type { RunOptions } from './run-options.js'
import { innermost, innermostWatched, runStep } from './run-step.js'
import type { Surroundings } from './step.js'
import { UnderWay } from './under-way.js'

const KERNEL_INTERCEPTORS = [entitle, admit, retryTools, reserve]

export interface RunnerParts {
  container: Container
  log: Logger
  /** Those that plugins contribute. */
  interceptors: readonly Interceptor[]
  observers: readonly Observer[]
}

/** Begins runs, and sees to it that they end. */
export class Runner {
  readonly #underWay = new UnderWay()
  readonly #surroundings: Surroundings
  readonly #log: Logger
  #closed = false

  constructor({ container, log, interceptors, observers }: RunnerParts) {
    this.#log = log
    this.#surroundings = {
      bus: container.get(EventBus),
      get: (token) => container.get(token),
      intercept: composeInterceptors(
        [...KERNEL_INTERCEPTORS, ...interceptors],
        // The kernel's wait for the code that they stand before.
        interceptors.length > 0 ? innermostWatched : innermost,
      ),
      runStep,
      observer: composeObservers(observers, log),
      underWay: this.#underWay,
    }
  }

  /**
   * Begins no more runs. Resolves when those that were under way have ended; what has not after
   * `patienceMs` is cancelled.
   */
  close(patienceMs: number): Promise<void> {
    this.#closed = true
    return this.#underWay.end(patienceMs)
  }

  /**
   * @throws FORGE_STATE once the application has stopped; DEFINITION_INVALID where a limit or the principal
   * cannot be one; INPUT_INVALID, OUTPUT_INVALID, RUN_CANCELLED, RUN_TIMED_OUT, or whatever the agent throws.
   */
  run<Input, Output>(
    agent: Agent<Input, Output>,
    input: NoInfer<Input>,
    options: RunOptions,
  ): Promise<Output> {
    return promised(() => this.#begin(agent, input, options))
  }

  #begin<Input, Output>(
    agent: Agent<Input, Output>,
    input: Input,
    options: RunOptions,
  ): Promise<Output> {
    refuseNoAgent(agent)
    const { principal, signal, timeoutMs = agent.timeoutMs, log = this.#log } = options
    if (this.#closed) throw CoreErrors.FORGE_STATE({ action: 'run an agent', state: 'stopped' })
    const what = `The run of agent "${agent.name}"`
    refuseBadLimit(what, timeoutMs)
    refuseNobody(what, principal)
    const id = newRunId()
    const { idempotencyKey = id } = options
    return runStep(
      {
        surroundings: this.#surroundings,
        run: {
          id,
          principal: principal && Object.freeze({ ...principal }),
          log: new LazyLogger(() => log.child({ runId: id })),
        },
        kind: 'agent',
        definition: agent,
        purse: undefined,
        depth: 0,
        idempotencyKey: idempotencyKey + `:${agent.name}`,
        caller: undefined,
        outer: signal,
        limit: Infinity,
        timeoutMs: Math.min(agent.timeoutMs, timeoutMs),
      },
      input,
    )
  }
}

const isNamed = (userId: unknown) => typeof userId === 'string' && userId.trim() !== ''

/** Who is let in as nobody in particular is let in as the application, whom nothing limits. */
function refuseNobody(what: string, principal: Principal | null | undefined): void {
  if (principal === undefined || isNamed(principal?.userId)) return
  const problem =
    "its principal has no userId; leave the principal out for the application's own work."
  throw CoreErrors.DEFINITION_INVALID({ what, problem })
}

/**
 * A new UUID. The platform makes it of twenty pieces, and keeps it in pieces, ten times its size, until
 * something goes through its characters; thousands of runs may be under way.
 */
const newRunId = () => crypto.randomUUID().toLowerCase()
