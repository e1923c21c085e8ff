import { CoreErrors } from '../core-errors.js'
import { ForgeError } from '../errors.js'
import { parse } from '../schema.js'
import { inSpan, isTraced } from '../tracing.js'
import { StepBudget } from '../money/step-budget.js'
import type { Begun } from './begun.js'
import { Bounds } from './bounds.js'
import type { Outcome } from './call.js'
import { promised } from './promised.js'
import { callReconciled, reconcilerOf } from './reconcile.js'
import type { RunContext } from './run-context.js'
import { runProgress } from './run-progress.js'
import type { Step } from './step.js'
import type { Tool } from './tool.js'

// Far beyond any team, and far from the end of the stack.
const DEEPEST = 100

/**
 * Makes a call: input checked, intercepted, bounded by its own limit and the caller's, output checked.
 * A step that is cancelled is told so by its signal and waited for, and so are the calls that it leaves
 * behind, so that no code runs on unnoticed after the run has ended.
 */
export async function runStep<Output>(step: Step<Output>, input: unknown): Promise<Output> {
  const begun = begin(step, input)
  const { bounds, budget } = begun
  try {
    let result: unknown
    try {
      result = await bounds.patience(work(step, begun))
      bounds.throwIfAborted()
    } catch (error) {
      throw bounds.reason ?? error
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
  const what = `${kind === 'agent' ? 'Agent' : 'Tool'} "${definition.name}"`
  if (outer?.aborted) throw CoreErrors.RUN_CANCELLED({ what }, { cause: outer.reason })
  if (depth > DEEPEST) throw CoreErrors.CALLS_TOO_DEEP({ what, deepest: DEEPEST })
  const parsed = parse(definition.input, input, `input of ${what}`)
  const bounds = new Bounds(what, step.timeoutMs, outer)
  if (outermost) step.surroundings.underWay.add(bounds)
  const budget = new StepBudget(step)
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
  return inSpan(name, { attributes }, () => surroundings.intercept(call))
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
function contextOf(
  { surroundings, run, definition, tools, depth, idempotencyKey, limit, timeoutMs }: Step,
  bounds: Bounds,
  budget: StepBudget,
): RunContext {
  const deadline = Math.min(limit, Date.now() + timeoutMs)
  const call = <Output>(
    kind: Step['kind'],
    called: Step<Output>['definition'],
    tools: readonly Tool[],
    input: unknown,
    nth: number,
  ) => {
    const step: Step<Output> = {
      surroundings,
      run,
      kind,
      definition: called,
      tools,
      purse: budget.purse,
      depth: depth + 1,
      idempotencyKey: `${idempotencyKey}.${nth}-${called.name}`,
      outer: bounds,
      limit: deadline,
      timeoutMs: called.timeoutMs,
    }
    const reconciler = 'effect' in called ? reconcilerOf(called) : undefined
    return reconciler ? callReconciled(runStep, step, reconciler, input) : runStep(step, input)
  }
  return {
    runId: run.id,
    principal: run.principal,
    signal: bounds.signal,
    deadline: new Date(deadline),
    idempotencyKey,
    budget,
    log: run.log,
    bus: surroundings.bus,
    get: surroundings.get,
    run: (agent, input) => bounds.call((nth) => call('agent', agent, agent.tools, input, nth)),
    tool: (tool, input) =>
      bounds.call((nth) =>
        (tools as readonly unknown[]).includes(tool)
          ? call('tool', tool, [], input, nth)
          : Promise.reject(CoreErrors.TOOL_NOT_DECLARED({ caller: bounds.what, tool: tool.name })),
      ),
    progress: (percent, text) =>
      surroundings.bus.signal(runProgress, { runId: run.id, by: definition.name, percent, text }),
  }
}
