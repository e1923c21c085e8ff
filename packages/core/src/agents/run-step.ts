import { CoreErrors } from '../core-errors.js'
import { ForgeError } from '../errors.js'
import { parse } from '../schema.js'
import { inSpan, isTraced } from '../tracing.js'
import { StepBudget } from '../money/step-budget.js'
import type { Begun } from './begun.js'
import { Bounds } from './bounds.js'
import type { Outcome } from './call.js'
import { below, type Caller } from './caller.js'
import { promised } from './promised.js'
import { callReconciled, reconcilerOf } from './reconcile.js'
import type { RunContext } from './run-context.js'
import { runProgress } from './run-progress.js'
import { titleOf, type Step } from './step.js'
import type { Tool } from './tool.js'

// Far beyond any team, and far from the end of the stack.
const DEEPEST = 100

/**
 * Makes a call: input checked, intercepted, bounded by its own limit and the caller's, output checked.
 * A step that is cancelled is told so by its signal and waited for, and so are the calls that it leaves
 * behind, so that no code runs on unnoticed after the run has ended.
 */
export function runStep<Output>(step: Step<Output>, input: unknown): Promise<Output> {
  return promised(() => {
    const begun = begin(step, input)
    // No async function: it would hold on to much while the code runs, which thousands of steps may at once.
    return begun.bounds.patience(work(step, begun)).then(
      (result) => end(step, begun, () => result),
      (error: unknown) =>
        end(step, begun, () => {
          throw error
        }),
    )
  })
}

/** @param settle answers with what the code did, or throws what it has thrown. */
async function end<Output>(
  step: Step<Output>,
  begun: Begun,
  settle: () => unknown,
): Promise<Output> {
  const { bounds, budget } = begun
  try {
    let result: unknown
    try {
      bounds.throwIfAborted()
      result = settle()
    } finally {
      const leftBehind = bounds.endCalls()
      if (leftBehind) await leftBehind
      const givenBack = budget.close()
      if (givenBack) await givenBack
    }
    const output = parse(step.definition.output, result, `output of ${bounds.what}`)
    tellEnd(step, begun, 'succeeded')
    return output
  } catch (error) {
    tellEnd(step, begun, wasCancelled(begun) ? 'cancelled' : 'failed', error)
    throw error
  } finally {
    bounds.close()
    if (step.depth === 0) step.surroundings.underWay.delete(bounds)
  }
}

/** @throws RUN_CANCELLED, CALLS_TOO_DEEP, INPUT_INVALID; then no code of the agent or tool was called. */
function begin(step: Step, input: unknown): Begun {
  const { kind, definition, depth, outer } = step
  const outermost = depth === 0
  const what = titleOf(step)
  if (outer?.aborted) throw CoreErrors.RUN_CANCELLED({ what }, { cause: outer.reason })
  if (depth > DEEPEST) throw CoreErrors.CALLS_TOO_DEEP({ what, deepest: DEEPEST })
  const parsed = parse(definition.input, input, `input of ${what}`)
  const bounds = new Bounds(step, step.timeoutMs, outer)
  if (outermost) step.surroundings.underWay.add(bounds)
  const budget = new StepBudget(step, bounds)
  const ctx = contextOf(step, bounds, budget)
  const at = performance.now()
  const begun: Begun = { kind, definition, outermost, input: parsed, ctx, bounds, budget, at }
  step.surroundings.observer.started(begun)
  return begun
}

function work({ surroundings }: Step, call: Begun): Promise<unknown> {
  if (!isTraced()) return surroundings.intercept(call)
  const attributes = { 'titanforge.run_id': call.ctx.runId }
  const name = `${call.kind} ${call.definition.name}`
  // What traces is not ours, and may throw.
  return promised(() => inSpan(name, { attributes }, () => surroundings.intercept(call)))
}

/** The agent's or tool's own code, behind all interceptors. */
export function innermost({ definition, input, ctx, bounds, budget }: Begun): Promise<unknown> {
  return promised(() => {
    bounds.enter()
    const givenBack = budget.enter()
    if (!givenBack) return definition.run(input, ctx)
    return givenBack.then(() => {
      bounds.throwIfAborted()
      return definition.run(input, ctx)
    })
  })
}

/** By its caller, or since the application stops; not by its own time limit. */
function wasCancelled({ bounds }: Begun): boolean {
  const { reason } = bounds
  return reason instanceof ForgeError && reason.code === 'RUN_CANCELLED'
}

function tellEnd(
  { surroundings }: Step,
  begun: Begun,
  status: Outcome['status'],
  error?: unknown,
): void {
  const durationMs = performance.now() - begun.at
  const outcome = status === 'succeeded' ? { status, durationMs } : { status, durationMs, error }
  surroundings.observer.ended(begun, outcome)
}

/** What the agent or tool is given: its only way to anything outside it. */
function contextOf(step: Step, bounds: Bounds, budget: StepBudget): RunContext {
  const { run, surroundings, idempotencyKey } = step
  const limit = Math.min(step.limit, Date.now() + step.timeoutMs)
  // All that the functions hold on to, since thousands of steps may be under way.
  const caller: Caller = { step, bounds, purse: budget.purse, limit }
  return {
    runId: run.id,
    principal: run.principal,
    signal: bounds.signal,
    deadline: new Date(limit),
    idempotencyKey,
    budget,
    log: run.log,
    bus: surroundings.bus,
    get: surroundings.get,
    run: (agent, input) =>
      caller.bounds.call((place) => runStep(below(caller, 'agent', agent, place), input)),
    tool: (tool, input) => caller.bounds.call((place) => callTool(caller, tool, place, input)),
    progress: (percent, text) => tellProgress(caller.step, percent, text),
  }
}

function callTool<Output>(
  caller: Caller,
  tool: Tool<unknown, Output>,
  place: string,
  input: unknown,
): Promise<Output> {
  const { kind, definition } = caller.step
  const declared: readonly unknown[] =
    kind === 'agent' && 'tools' in definition ? definition.tools : []
  if (!declared.includes(tool))
    return Promise.reject(
      CoreErrors.TOOL_NOT_DECLARED({ caller: titleOf(caller.step), tool: tool.name }),
    )
  const step = below(caller, 'tool', tool, place)
  const reconciler = reconcilerOf(tool)
  return reconciler ? callReconciled(runStep, step, reconciler, input) : runStep(step, input)
}

function tellProgress({ surroundings, run, definition }: Step, percent: number, text?: string) {
  surroundings.bus.signal(runProgress, { runId: run.id, by: definition.name, percent, text })
}
