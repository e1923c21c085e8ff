import type { EventBus } from '../events/event-bus.js'
import type { Purse } from '../money/purse.js'
import type { Logger } from '../telemetry/logger.js'
import type { Trace } from '../telemetry/tracing.js'
import type { Agent } from './agent.js'
import type { Bounds } from './bounds.js'
import type { Caller } from './caller.js'
import type { composeInterceptors } from './compose-interceptors.js'
import type { Observer } from './observer.js'
import type { Principal, RunContext } from './run-context.js'
import type { Tool } from './tool.js'
import type { UnderWay } from './under-way.js'

/** What all runs of an application share. */
export interface Surroundings {
  bus: EventBus
  get: RunContext['get']
  intercept: ReturnType<typeof composeInterceptors>
  observer: Required<Observer>
  underWay: UnderWay
  /** Makes a call. */
  runStep<Output>(this: void, step: Step<Output>, input: unknown): Promise<Output>
}

/** What all steps of a run share. */
export interface Run {
  id: string
  principal: Principal | undefined
  log: Logger
}

/** One call of an agent or a tool, with what it inherits from its caller. */
export interface Step<Output = unknown> {
  surroundings: Surroundings
  run: Run
  kind: 'agent' | 'tool'
  definition: Agent<unknown, Output> | Tool<unknown, Output>
  /** What the agents around may spend, where one of them has a budget. */
  purse: Purse | undefined
  /** How many calls it is inside of; 0 for the one that begins the run. */
  depth: number
  /** Ends with where in the run the step stands, such as `planner.1-fetch_page`. */
  idempotencyKey: string
  /** The code that makes the call; undefined for the one that begins the run. */
  caller: Caller | undefined
  /** What ends the caller: its bounds, or the signal of who begins the run, where there is one. */
  outer: AbortSignal | Bounds | undefined
  /** The caller's deadline, in milliseconds since the epoch. */
  limit: number
  /** Milliseconds. */
  timeoutMs: number
  /** The caller's span, where calls are traced. */
  trace?: Trace | undefined
}

/** For messages, such as `Agent "planner"`. */
export const titleOf = ({ kind, definition }: Pick<Step, 'kind' | 'definition'>) =>
  `${kind === 'agent' ? 'Agent' : 'Tool'} "${definition.name}"`
