import { randomUUID } from 'node:crypto'
import type { Container } from '../container.js'
import { CoreErrors } from '../core-errors.js'
import { EventBus } from '../events/event-bus.js'
import type { Logger } from '../logger.js'
import type { Agent } from './agent.js'
import { Children } from './children.js'
import { composeInterceptors, type Interceptor } from './interceptor.js'
import { refuseBadLimit } from './limit.js'
import { composeObservers, type Observer } from './observer.js'
import type { Principal, RunContext } from './run-context.js'
import { runProgress } from './run-progress.js'
import { runStep, type Step } from './run-step.js'
import type { Tool } from './tool.js'

export interface RunOptions {
  principal?: Principal
  /** Cancels the run. */
  signal?: AbortSignal
  /** Milliseconds; the agent's own limit if that is shorter or this is left out. */
  timeoutMs?: number
  /**
   * Where the run's idempotency keys begin; its id if left out. Give the key of what causes the run, such
   * as the delivery of an event, so that the run does nothing twice when the cause comes again.
   */
  idempotencyKey?: string
  /** The log of what causes the run, such as a request's, whose fields the run's lines bear too. */
  log?: Logger
}

/** What a step inherits from the one that called it. */
interface Scope {
  runId: string
  outermost: boolean
  /** Ends with where in the run the step stands, such as `planner.1-fetch_page`. */
  idempotencyKey: string
  principal: Principal | undefined
  signal: AbortSignal
  /** Milliseconds since the epoch. */
  deadline: number
  log: Logger
}

export interface RunnerParts {
  container: Container
  log: Logger
  interceptors: readonly Interceptor[]
  observers: readonly Observer[]
}

const NEVER = new AbortController().signal

/** Runs agents, and the agents and tools that they call. */
export class Runner {
  readonly #container: Container
  readonly #bus: EventBus
  readonly #log: Logger
  readonly #intercept: ReturnType<typeof composeInterceptors>
  readonly #observer: Required<Observer>

  constructor({ container, log, interceptors, observers }: RunnerParts) {
    this.#container = container
    this.#bus = container.get(EventBus)
    this.#log = log
    this.#intercept = composeInterceptors(interceptors)
    this.#observer = composeObservers(observers, log)
  }

  /** @throws INPUT_INVALID, RUN_CANCELLED, RUN_TIMED_OUT, or whatever the agent throws. */
  async run<Input, Output>(
    agent: Agent<Input, Output>,
    input: NoInfer<Input>,
    options: RunOptions,
  ): Promise<Output> {
    const { principal, signal = NEVER, timeoutMs = agent.timeoutMs, log = this.#log } = options
    refuseBadLimit(`The run of agent "${agent.name}"`, timeoutMs)
    const runId = randomUUID()
    const { idempotencyKey = runId } = options
    const scope: Scope = {
      runId,
      outermost: true,
      idempotencyKey: `${idempotencyKey}:${agent.name}`,
      principal,
      signal,
      deadline: Infinity,
      log: log.child({ runId }),
    }
    return this.#call(
      'agent',
      agent,
      input,
      scope,
      agent.tools,
      Math.min(agent.timeoutMs, timeoutMs),
    )
  }

  #call<Input, Output>(
    kind: 'agent' | 'tool',
    definition: Agent<Input, Output> | Tool<Input, Output>,
    input: Input,
    scope: Scope,
    tools: readonly Tool[],
    timeoutMs = definition.timeoutMs,
  ): Promise<Output> {
    const what = `${kind === 'agent' ? 'Agent' : 'Tool'} "${definition.name}"`
    const step: Step<Output> = {
      what,
      kind,
      definition,
      outermost: scope.outermost,
      timeoutMs,
      children: new Children(what),
      observer: this.#observer,
      intercept: this.#intercept,
      context: (signal, deadline) => this.#context(step, { ...scope, signal, deadline }, tools),
    }
    return runStep(step, input, scope.signal, scope.deadline)
  }

  #context({ what, definition, children }: Step, scope: Scope, tools: readonly Tool[]): RunContext {
    const { runId, principal, signal, idempotencyKey, log } = scope
    let calls = 0
    const child = (called: string): Scope => ({
      ...scope,
      outermost: false,
      idempotencyKey: `${idempotencyKey}.${++calls}-${called}`,
    })
    return {
      runId,
      principal,
      signal,
      deadline: new Date(scope.deadline),
      idempotencyKey,
      log,
      bus: this.#bus,
      get: (token) => this.#container.get(token),
      run: (agent, input) =>
        children.track(() => this.#call('agent', agent, input, child(agent.name), agent.tools)),
      tool: (tool, input) =>
        children.track(async () => {
          if (!(tools as readonly unknown[]).includes(tool)) {
            throw CoreErrors.TOOL_NOT_DECLARED({ caller: what, tool: tool.name })
          }
          return this.#call('tool', tool, input, child(tool.name), [])
        }),
      progress: (percent, text) =>
        this.#bus.signal(runProgress, { runId, by: definition.name, percent, text }),
    }
  }
}
