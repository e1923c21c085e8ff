import { CoreErrors } from '../core-errors.js'
import { parse } from '../schema.js'
import { inSpan } from '../tracing.js'
import type { Agent } from './agent.js'
import type { Call, Outcome } from './call.js'
import type { Children } from './children.js'
import type { composeInterceptors } from './interceptor.js'
import type { Observer } from './observer.js'
import type { RunContext } from './run-context.js'
import type { Tool } from './tool.js'

/** How long a step that was told to end may take over it, in milliseconds, before nobody waits any more. */
const GRACE_MS = 1_000

/** One call of an agent or a tool. */
export interface Step<Output = unknown> {
  /** For messages, such as `Tool "add"`. */
  what: string
  kind: 'agent' | 'tool'
  definition: Agent<unknown, Output> | Tool<unknown, Output>
  /** True for the call that began the run. */
  outermost: boolean
  /** The calls that it makes. */
  children: Children
  /** Milliseconds. */
  timeoutMs: number
  observer: Required<Observer>
  intercept: ReturnType<typeof composeInterceptors>
  /** Makes the context that the step is given. */
  context(signal: AbortSignal, deadline: number): RunContext
}

/**
 * Makes the call: input checked, intercepted, bounded by its own limit and the caller's, output checked.
 * A step that is cancelled is told so by its signal and waited for, and so are the calls that it leaves
 * behind, so that no code runs on unnoticed after the run has ended.
 *
 * @param outer the caller's signal.
 * @param limit the caller's deadline, in milliseconds since the epoch.
 */
export async function runStep<Output>(
  step: Step<Output>,
  input: unknown,
  outer: AbortSignal,
  limit: number,
): Promise<Output> {
  const { what, kind, definition, outermost, timeoutMs } = step
  const cancelled = () => CoreErrors.RUN_CANCELLED({ what }, { cause: outer.reason })
  if (outer.aborted) throw cancelled()
  const parsed = parse(definition.input, input, `input of ${what}`)
  const controller = new AbortController()
  const { signal } = controller
  const cancel = () => controller.abort(cancelled())
  const expire = () => controller.abort(CoreErrors.RUN_TIMED_OUT({ what, ms: timeoutMs }))
  // Its own limit only: a caller whose deadline comes first cancels it.
  const timer = setTimeout(expire, timeoutMs)
  outer.addEventListener('abort', cancel, { once: true })
  const ctx = step.context(signal, Math.min(limit, Date.now() + timeoutMs))
  const call: Call = { kind, definition, outermost, input: parsed, ctx }
  const began = performance.now()
  const ended = (outcome: Pick<Outcome, 'status'> & { error?: unknown }) =>
    step.observer.ended(call, { ...outcome, durationMs: performance.now() - began } as Outcome)
  step.observer.started(call)
  try {
    // The async wrapper makes a synchronous throw a rejection.
    const innermost = async () => {
      signal.throwIfAborted()
      return definition.run(parsed, ctx)
    }
    const work = () => step.intercept(call, innermost)
    const attributes = { 'titanforge.run_id': ctx.runId }
    const traced = inSpan(`${kind} ${definition.name}`, { attributes }, work)
    const result = await untilSettled(traced, signal).finally(() => endCalls(step, controller))
    const output = parse(definition.output, result, `output of ${what}`)
    ended({ status: 'succeeded' })
    return output
  } catch (error) {
    ended({ status: isAborted(outer) ? 'cancelled' : 'failed', error })
    throw error
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', cancel)
  }
}

/** Cancels the calls that the step has made and did not wait for, and waits for them. */
function endCalls(
  { what, children }: Step,
  controller: AbortController,
): Promise<void> | undefined {
  children.close()
  if (children.count === 0) return undefined
  controller.abort(CoreErrors.RUN_ENDED({ what }))
  return children.settled()
}

/** The work's result, or the reason of the abort once the work has ended or had its time to end. */
async function untilSettled<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const abandoned = new Promise<never>((_resolve, reject) => {
    const wait = () => {
      timer = setTimeout(() => reject(signal.reason as Error), GRACE_MS)
    }
    if (signal.aborted) wait()
    else signal.addEventListener('abort', wait, { once: true })
  })
  try {
    const result = await Promise.race([work, abandoned])
    signal.throwIfAborted()
    return result
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

// A function, since the compiler takes a signal that was not aborted before an await for one that never is.
const isAborted = (signal: AbortSignal) => signal.aborted
