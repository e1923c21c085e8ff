import { CoreErrors } from '../core-errors.js'
import type { ForgeError } from '../errors.js'
import { parse } from '../schema.js'
import { inSpan } from '../tracing.js'
import { Bounds } from './bounds.js'
import type { Call } from './call.js'
import { Children } from './children.js'
import type { RunContext } from './run-context.js'
import { runProgress } from './run-progress.js'
import type { Step } from './step.js'

/**
 * Makes a call: input checked, intercepted, bounded by its own limit and the caller's, output checked.
 * A step that is cancelled is told so by its signal and waited for, and so are the calls that it leaves
 * behind, so that no code runs on unnoticed after the run has ended.
 */
export async function runStep<Output>(step: Step<Output>, input: unknown): Promise<Output> {
  const { kind, definition, outermost, outer, timeoutMs } = step
  const { intercept, observer } = step.surroundings
  const what = `${kind === 'agent' ? 'Agent' : 'Tool'} "${definition.name}"`
  if (outer?.aborted) throw cancelled(what, outer)
  const parsed = parse(definition.input, input, `input of ${what}`)
  // Its own limit only: a caller whose deadline comes first cancels it.
  const bounds = new Bounds(what, timeoutMs)
  const release = outer && cancelWith(outer, what, bounds)
  const { signal } = bounds
  const children = new Children(what)
  const ctx = contextOf(step, what, signal, children)
  const call: Call = { kind, definition, outermost, input: parsed, ctx }
  const began = performance.now()
  observer.started(call)
  try {
    let result: unknown
    try {
      const attributes = { 'titanforge.run_id': ctx.runId }
      const work = () => intercept(call, () => innermost(call))
      result = await bounds.patience(inSpan(`${kind} ${definition.name}`, { attributes }, work))
      signal.throwIfAborted()
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      children.close()
      if (children.count > 0) await endCalls(what, children, bounds)
    }
    const output = parse(definition.output, result, `output of ${what}`)
    observer.ended(call, { status: 'succeeded', durationMs: performance.now() - began })
    return output
  } catch (error) {
    const status = outer?.aborted ? 'cancelled' : 'failed'
    observer.ended(call, { status, durationMs: performance.now() - began, error })
    throw error
  } finally {
    bounds.close()
    release?.()
  }
}

/** The agent's or tool's own code; what it throws at once is a rejection too. */
function innermost({ definition, input, ctx }: Call): Promise<unknown> {
  try {
    ctx.signal.throwIfAborted()
    return Promise.resolve(definition.run(input, ctx))
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever was thrown
    return Promise.reject(error)
  }
}

function contextOf(step: Step, what: string, signal: AbortSignal, children: Children): RunContext {
  const { surroundings, run, tools, idempotencyKey } = step
  const limit = Math.min(step.limit, Date.now() + step.timeoutMs)
  let calls = 0
  const below = (called: string) => ({
    surroundings,
    run,
    outermost: false,
    idempotencyKey: `${idempotencyKey}.${++calls}-${called}`,
    outer: signal,
    limit,
  })
  return {
    runId: run.id,
    principal: run.principal,
    signal,
    deadline: new Date(limit),
    idempotencyKey,
    log: run.log,
    bus: surroundings.bus,
    get: surroundings.get,
    run: (definition, input) =>
      children.track(() => {
        const { name, tools, timeoutMs } = definition
        return runStep({ ...below(name), kind: 'agent', definition, tools, timeoutMs }, input)
      }),
    tool: (definition, input) =>
      children.track(() => {
        const { name, timeoutMs } = definition
        if (!(tools as readonly unknown[]).includes(definition)) {
          return Promise.reject(CoreErrors.TOOL_NOT_DECLARED({ caller: what, tool: name }))
        }
        return runStep({ ...below(name), kind: 'tool', definition, tools: [], timeoutMs }, input)
      }),
    progress: (percent, text) => {
      const by = step.definition.name
      surroundings.bus.signal(runProgress, { runId: run.id, by, percent, text })
    },
  }
}

function cancelWith(outer: AbortSignal, what: string, bounds: Bounds): () => void {
  const cancel = () => bounds.abort(cancelled(what, outer))
  outer.addEventListener('abort', cancel, { once: true })
  return () => outer.removeEventListener('abort', cancel)
}

const cancelled = (what: string, outer: AbortSignal): ForgeError =>
  CoreErrors.RUN_CANCELLED({ what }, { cause: outer.reason })

/** Cancels the calls that a step has made and did not wait for, and waits for them. */
function endCalls(what: string, children: Children, bounds: Bounds): Promise<void> {
  bounds.abort(CoreErrors.RUN_ENDED({ what }))
  return children.settled()
}
