import { randomUUID } from 'node:crypto'
import type { Agent } from './agent.js'
import { CoreErrors } from '../core-errors.js'
import { EventBus } from '../events/event-bus.js'
import type { Container } from '../container.js'
import { composeInterceptors, type Interceptor } from './interceptor.js'
import type { Logger } from '../logger.js'
import { composeObservers, type Observer } from './observer.js'
import type { Principal, RunContext } from './run-context.js'
import { runStep, type Step } from './run-step.js'
import type { Tool } from './tool.js'

export interface RunOptions {
  principal?: Principal
  /** Cancels the run. */
  signal?: AbortSignal
  /** Milliseconds; the agent's own limit if that is shorter or this is left out. */
  timeoutMs?: number
}

/** What a step inherits from the one that called it. */
interface Scope {
  runId: string
  /** Where in the run this step stands, such as `planner.1-fetch_page`. */
  path: string
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

/** Runs agents, and the agents and tools that they call. */
export class Runner {
  readonly #container: Container
  readonly #log: Logger
  readonly #intercept: ReturnType<typeof composeInterceptors>
  readonly #observer: Required<Observer>

  constructor({ container, log, interceptors, observers }: RunnerParts) {
    this.#container = container
    this.#log = log
    this.#intercept = composeInterceptors(interceptors)
    this.#observer = composeObservers(observers, log)
  }

  /** @throws INPUT_INVALID, RUN_CANCELLED, RUN_TIMED_OUT, or whatever the agent throws. */
  run<Input, Output>(
    agent: Agent<Input, Output>,
    input: Input,
    options: RunOptions,
  ): Promise<Output> {
    const runId = randomUUID()
    const scope: Scope = {
      runId,
      path: agent.name,
      principal: options.principal,
      signal: options.signal ?? new AbortController().signal,
      deadline: Infinity,
      log: this.#log.child({ runId }),
    }
    const timeoutMs = Math.min(agent.timeoutMs, options.timeoutMs ?? Infinity)
    return this.#call('agent', agent, input, scope, agent.tools, timeoutMs)
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
    const step: Step<Input, Output> = {
      what,
      kind,
      definition,
      timeoutMs,
      observer: this.#observer,
      intercept: this.#intercept,
      context: (signal, deadline) => this.#context({ ...scope, signal, deadline }, what, tools),
    }
    return runStep(step, input, scope.signal, scope.deadline)
  }

  #context(scope: Scope, what: string, tools: readonly Tool[]): RunContext {
    let calls = 0
    const child = (name: string): Scope => ({ ...scope, path: `${scope.path}.${++calls}-${name}` })
    return {
      runId: scope.runId,
      principal: scope.principal,
      signal: scope.signal,
      deadline: new Date(scope.deadline),
      idempotencyKey: `${scope.runId}:${scope.path}`,
      log: scope.log,
      bus: this.#container.get(EventBus),
      get: (token) => this.#container.get(token),
      run: (agent, input) => this.#call('agent', agent, input, child(agent.name), agent.tools),
      tool: async (tool, input) => {
        if (!(tools as readonly unknown[]).includes(tool)) {
          throw CoreErrors.TOOL_NOT_DECLARED({ caller: what, tool: tool.name })
        }
        return this.#call('tool', tool, input, child(tool.name), [])
      },
    }
  }
}
