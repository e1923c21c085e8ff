import { randomUUID } from 'node:crypto'
import type { Agent } from './agent.js'
import { CoreErrors } from './core-errors.js'
import { EventBus } from './events/event-bus.js'
import type { Container } from './container.js'
import type { Logger } from './logger.js'
import type { Principal, RunContext } from './run-context.js'
import { parse } from './schema.js'
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
  /** Where in the run this step stands, such as `planner.fetch_page`. */
  path: string
  principal: Principal | undefined
  signal: AbortSignal
  /** Milliseconds since the epoch. */
  deadline: number
  container: Container
  log: Logger
}

/**
 * Runs an agent.
 *
 * @throws INPUT_INVALID, RUN_CANCELLED, RUN_TIMED_OUT, or whatever the agent throws.
 */
export async function runAgent<Input, Output>(
  agent: Agent<Input, Output>,
  input: Input,
  options: RunOptions,
  container: Container,
  log: Logger,
): Promise<Output> {
  const runId = randomUUID()
  const scope: Scope = {
    runId,
    path: agent.name,
    principal: options.principal,
    signal: options.signal ?? new AbortController().signal,
    deadline: Infinity,
    container,
    log: log.child({ runId }),
  }
  const timeoutMs = Math.min(agent.timeoutMs, options.timeoutMs ?? Infinity)
  return runStep(`Agent "${agent.name}"`, { ...agent, timeoutMs }, input, scope, agent.tools)
}

type Step<Input, Output> = Pick<Agent<Input, Output>, 'input' | 'output' | 'timeoutMs' | 'run'>

async function runStep<Input, Output>(
  what: string,
  step: Step<Input, Output>,
  input: Input,
  parent: Scope,
  tools: readonly Tool[],
): Promise<Output> {
  const cancelled = () => CoreErrors.RUN_CANCELLED({ what }, { cause: parent.signal.reason })
  if (parent.signal.aborted) throw cancelled()
  const { timeoutMs } = step
  const deadline = Math.min(parent.deadline, Date.now() + timeoutMs)
  const controller = new AbortController()
  const cancel = () => controller.abort(cancelled())
  const expire = () => controller.abort(CoreErrors.RUN_TIMED_OUT({ what, ms: timeoutMs }))
  // Its own limit, for a caller whose deadline comes first cancels it.
  const timer = setTimeout(expire, timeoutMs)
  parent.signal.addEventListener('abort', cancel, { once: true })
  try {
    const parsed = parse(step.input, input, `input of ${what}`)
    const scope = { ...parent, deadline, signal: controller.signal }
    // Listens before the step runs, which may abort at once; the async wrapper makes its throw a rejection.
    const aborted = rejectOnAbort(controller.signal)
    const work = (async () => step.run(parsed, contextOf(scope, what, tools)))()
    const result = await Promise.race([work, aborted])
    return parse(step.output, result, `output of ${what}`)
  } finally {
    clearTimeout(timer)
    parent.signal.removeEventListener('abort', cancel)
  }
}

const rejectOnAbort = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })

function contextOf(scope: Scope, what: string, tools: readonly Tool[]): RunContext {
  let calls = 0
  const child = (name: string): Scope => ({ ...scope, path: `${scope.path}.${++calls}-${name}` })
  return {
    runId: scope.runId,
    principal: scope.principal,
    signal: scope.signal,
    deadline: new Date(scope.deadline),
    idempotencyKey: `${scope.runId}:${scope.path}`,
    log: scope.log,
    bus: scope.container.get(EventBus),
    get: (token) => scope.container.get(token),
    run: (agent, input) =>
      runStep(`Agent "${agent.name}"`, agent, input, child(agent.name), agent.tools),
    tool: async (tool, input) => {
      if (!(tools as readonly unknown[]).includes(tool)) {
        throw CoreErrors.TOOL_NOT_DECLARED({ caller: what, tool: tool.name })
      }
      return runStep(`Tool "${tool.name}"`, tool, input, child(tool.name), [])
    },
  }
}
