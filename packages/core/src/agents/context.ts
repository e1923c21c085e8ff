import { CoreErrors } from '../errors/core-errors.js'
import { CodeBudget } from '../money/code-budget.js'
import type { Agent } from './agent.js'
import type { Begun } from './begun.js'
import type { Caller } from './caller.js'
import { refuseNoAgent } from './refuse-no-agent.js'
import type { RunContext } from './run-context.js'
import { runProgress } from './run-progress.js'
import { titleOf, type Step } from './step.js'
import type { Tool } from './tool.js'

/**
 * What code in a step is given: its only way to anything outside it. The functions hold on to little, since
 * thousands of steps may be under way.
 */
export function contextOf(begun: Begun, caller: Caller): RunContext {
  const { step, bounds, limit } = begun
  const { run, surroundings, idempotencyKey } = step
  return {
    runId: run.id,
    principal: run.principal,
    signal: caller.signal,
    deadline: new Date(limit),
    idempotencyKey,
    budget: new CodeBudget(begun, caller),
    log: run.log,
    bus: surroundings.bus,
    get: surroundings.get,
    run: (agent, input) =>
      bounds.call(caller, (place) => callAgent(begun, caller, agent, place, input)),
    tool: (tool, input) =>
      bounds.call(caller, (place) => callTool(begun, caller, tool, place, input)),
    progress: (percent, text) => {
      if (!bounds.isOver(caller)) tellProgress(begun.step, percent, text)
    },
  }
}

/** The step of a call that is made in a step. */
function below<Output>(
  { step, bounds, purse, limit, trace }: Begun,
  caller: Caller,
  kind: Step['kind'],
  definition: Step<Output>['definition'],
  place: string,
): Step<Output> {
  const { surroundings, run, depth, idempotencyKey } = step
  return {
    surroundings,
    run,
    kind,
    definition,
    purse,
    depth: depth + 1,
    idempotencyKey: idempotencyKey + `.${place}-${definition.name}`,
    caller,
    outer: bounds,
    limit,
    timeoutMs: definition.timeoutMs,
    trace,
  }
}

function callAgent<Output>(
  begun: Begun,
  caller: Caller,
  agent: Agent<unknown, Output>,
  place: string,
  input: unknown,
): Promise<Output> {
  refuseNoAgent(agent)
  const { surroundings } = begun.step
  return surroundings.runStep(below(begun, caller, 'agent', agent, place), input)
}

function callTool<Output>(
  begun: Begun,
  caller: Caller,
  tool: Tool<unknown, Output>,
  place: string,
  input: unknown,
): Promise<Output> {
  const { kind, definition, surroundings } = begun.step
  const declared: readonly unknown[] =
    kind === 'agent' && 'tools' in definition ? definition.tools : []
  if (!declared.includes(tool)) {
    const refused = { caller: titleOf(begun.step), tool: tool.name }
    return Promise.reject(CoreErrors.TOOL_NOT_DECLARED(refused))
  }
  return surroundings.runStep(below(begun, caller, 'tool', tool, place), input)
}

function tellProgress({ surroundings, run, definition }: Step, percent: number, text?: string) {
  surroundings.bus.signal(runProgress, { runId: run.id, by: definition.name, percent, text })
}
