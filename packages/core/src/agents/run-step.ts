import { CoreErrors } from '../errors/core-errors.js'
import { ForgeError } from '../errors/errors.js'
import { inSpan, isTraced } from '../telemetry/tracing.js'
import { check, linesOf, parse } from '../validation/schema.js'
import { atMost } from './at-most.js'
import { Begun, type Effect } from './begun.js'
import type { Outcome } from './call.js'
import { contextOf } from './context.js'
import { promised } from './promised.js'
import { refuseRepeated } from './refuse-repeated.js'
import { titleOf, type Step } from './step.js'

// Far beyond any team, and far from the end of the stack.
const DEEPEST = 100
// Far longer than any ledger that works takes.
const PAYMENT_MS = 10_000

/**
 * Makes a call: input checked, intercepted, bounded by its own limit and the caller's, output checked.
 * A step that is cancelled is told so by its signal and waited for, and so are the calls that it leaves
 * behind, so that no code runs on unnoticed after the run has ended.
 */
export function runStep<Output>(step: Step<Output>, input: unknown): Promise<Output> {
  try {
    return isTraced() ? attendInSpan(step, input) : attend(step, input)
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever was thrown
    return Promise.reject(error)
  }
}

function attendInSpan<Output>(step: Step<Output>, input: unknown): Promise<Output> {
  const { kind, definition, run, trace } = step
  const options = { attributes: { 'titanforge.run_id': run.id }, under: trace }
  return inSpan(`${kind} ${definition.name}`, options, () => attend(step, input))
}

/**
 * No async function, nor one promise after the other: these would hold on to much while the code runs, which
 * thousands of steps may at once.
 */
function attend<Output>(step: Step<Output>, input: unknown): Promise<Output> {
  const begun = begin(step, input)
  return new Promise((resolve) => {
    const fail = (error: unknown) =>
      endOnce(begun, resolve, () => {
        throw error
      })
    begun.bounds.whenImpatient(fail)
    work(begun).then((result) => endOnce(begun, resolve, () => result), fail)
  })
}

function endOnce<Output>(
  begun: Begun,
  resolve: (ended: Promise<Output>) => void,
  settle: () => unknown,
): void {
  if (begun.isEnding) return
  begun.isEnding = true
  resolve(end<Output>(begun, settle))
}

const work = (begun: Begun): Promise<unknown> =>
  promised(() => {
    const { observer, intercept } = begun.step.surroundings
    observer.started(begun)
    return intercept(begun)
  })

/** @param settle answers with what the code did, or throws what it has thrown. */
async function end<Output>(begun: Begun, settle: () => unknown): Promise<Output> {
  const { step, bounds } = begun
  try {
    let output: unknown
    try {
      const leftBehind = bounds.endCalls()
      if (leftBehind) await leftBehind
      bounds.throwIfAborted()
      output = outputOf(step, settle())
      const paid = begun.budgetInUse?.pay()
      if (paid) await bounds.patience(payment(bounds.what, paid))
    } finally {
      const givenBack = begun.budgetInUse?.close()
      if (givenBack) await bounds.grace(givenBack)
    }
    tellEnd(begun, 'succeeded')
    return output as Output
  } catch (error) {
    const { reason } = bounds
    tellEnd(begun, isCancellation(reason) ? 'cancelled' : 'failed', reason ?? error)
    throw reason ?? error
  } finally {
    bounds.close()
    if (begun.outermost) step.surroundings.underWay.delete(bounds)
  }
}

/** @throws OUTPUT_INVALID */
function outputOf(step: Step, answer: unknown): unknown {
  const what = titleOf(step)
  const result = check(step.definition.output, answer, `the output of ${what}`)
  if (result.ok) return result.value
  const { problems } = result
  throw CoreErrors.OUTPUT_INVALID({ what, problems: linesOf(problems) }, { details: problems })
}

/** @throws LEDGER_TIMED_OUT, and what the ledger throws. */
async function payment(what: string, paid: Promise<void>): Promise<void> {
  const isPaid = await atMost(
    PAYMENT_MS,
    paid.then(() => true),
  )
  if (!isPaid) throw CoreErrors.LEDGER_TIMED_OUT({ what, ms: PAYMENT_MS })
}

/** @throws RUN_CANCELLED, CALLS_TOO_DEEP, INPUT_INVALID; then no code of the agent or tool was called. */
function begin(step: Step, input: unknown): Begun {
  const { definition, depth, outer, surroundings } = step
  if (outer?.aborted)
    throw CoreErrors.RUN_CANCELLED({ what: titleOf(step) }, { cause: outer.reason })
  if (depth > DEEPEST) throw CoreErrors.CALLS_TOO_DEEP({ what: titleOf(step), deepest: DEEPEST })
  const begun = new Begun(step, parse(definition.input, input, `input of ${titleOf(step)}`))
  if (begun.outermost) surroundings.underWay.add(begun.bounds)
  return begun
}

/** The agent's or tool's own code, behind all interceptors. */
export function innermost(begun: Begun): Promise<unknown> {
  const { definition } = begun
  const isExternal = 'effect' in definition && definition.effect === 'external'
  return isExternal ? once(begun) : code(begun)
}

/** @throws CALL_REPEATED, or the failure of the attempt before, where an interceptor makes the call again. */
function once(begun: Begun): Promise<unknown> {
  return promised(() => {
    refuseRepeated(begun)
    begun.bounds.throwIfOver()
    const effect: Effect = {}
    begun.effect = effect
    return code(begun).catch((error: unknown) => {
      effect.failure = error
      throw error
    })
  })
}

function code(begun: Begun): Promise<unknown> {
  return promised(() => {
    const { definition, input, bounds } = begun
    const attempt = bounds.enter()
    const leftBehind = bounds.leftBehind()
    const givenBack = begun.budgetInUse?.enter()
    const ctx = contextOf(begun, attempt)
    if (!leftBehind && !givenBack) return definition.run(input, ctx)
    return Promise.all([leftBehind, givenBack]).then(() => {
      bounds.throwIfOver(attempt)
      return definition.run(input, ctx)
    })
  })
}

/** The same where an interceptor may go on before the code has ended: the step still waits for it. */
export const innermostWatched = (begun: Begun): Promise<unknown> =>
  begun.bounds.watch(innermost(begun))

/** By its caller, or since the application stops; not by its own time limit. */
const isCancellation = (reason: unknown) =>
  reason instanceof ForgeError && reason.code === 'RUN_CANCELLED'

function tellEnd(begun: Begun, status: Outcome['status'], error?: unknown): void {
  const durationMs = performance.now() - begun.at
  const outcome = status === 'succeeded' ? { status, durationMs } : { status, durationMs, error }
  begun.step.surroundings.observer.ended(begun, outcome)
}
