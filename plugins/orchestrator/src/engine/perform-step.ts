import { ForgeError, RetryLater, type DeliveryContext } from '@titanforge/core'
import type { OrchestratorConfig } from '../config.js'
import { OrchestratorErrors } from '../errors.js'
import type { RunRow } from '../journal/run-row.js'
import type { Outcome, StepRow } from '../journal/step-row.js'
import { storedValue } from '../journal/stored-value.js'
import { stepFailure } from '../replay/step-error.js'
import { agentOf } from '../workflow/agent-run.js'
import { effectOf, StepCall, type StepCallParts, type Work } from './step-call.js'
import type { StepAtWork, StepsAtWork } from './steps-at-work.js'

/** What a step comes to, or that nobody knows. */
export type Performed = Outcome | { status: 'unknown' }

export interface StepPerformer extends Pick<StepCallParts, 'run' | 'db'> {
  readonly config: OrchestratorConfig
  readonly atWork: StepsAtWork
}

/** Deliveries of a step before it is taken for what ends its process. */
const MOST_ATTEMPTS = 10
/** Seconds before a step is begun that was not let in, where nobody says how long it takes. */
const LATER_SECONDS = 2
/** It is asked again so often, however long it takes: the customer may buy a better plan meanwhile. */
const LATEST_SECONDS = 60
/** Nobody waits so long for the answer of a call. */
const LONG_SECONDS = 3600

/**
 * Does a step that calls a tool or an agent.
 *
 * @throws where the step is to be done again: its process stops, or it failed and may be tried again.
 */
export async function performStep(
  performer: StepPerformer,
  run: RunRow,
  step: StepRow,
  work: Work,
  delivery: Pick<DeliveryContext<unknown>, 'attempt' | 'signal' | 'log'>,
): Promise<Performed> {
  const effect = effectOf(work)
  const isUndoing = work.kind === 'compensation'
  const mayBreakOff = !isUndoing && (work.kind === 'agent' || effect === 'read')
  // What may have had an effect comes to its outcome, so that it is known what there is to undo.
  if (run.ending !== null && !isUndoing && (mayBreakOff || !step.begun_at))
    return { status: 'cancelled' }
  if (delivery.attempt > MOST_ATTEMPTS) {
    const attempts = delivery.attempt - 1
    const error = OrchestratorErrors.STEP_ATTEMPTS_LOST({ step: step.name, attempts })
    return { status: 'failed', error: stepFailure(step.name, error) }
  }
  const cancelled = mayBreakOff ? new AbortController() : undefined
  const { id: runId, generation } = run
  const atWork: StepAtWork = { runId, generation, name: step.name, cancelled }
  const signal = cancelled ? AbortSignal.any([delivery.signal, cancelled.signal]) : delivery.signal
  const call = new StepCall({ ...performer, work, row: run, atWork, signal, log: delivery.log })
  try {
    return kept(step.name, await performer.atWork.watch(atWork, () => call.make()))
  } catch (error) {
    if (delivery.signal.aborted) throw error
    if (cancelled?.signal.aborted) return { status: 'cancelled' }
    const canRepeat = effect !== 'external'
    const seconds = pauseOf(error)
    // Who has called an agent is told that it would take long; a workflow has more to lose, and waits.
    const isPatient = agentOf(run.workflow) === undefined || seconds <= LONG_SECONDS
    if (isPatient && (call.hasBegun ? canRepeat && isBusy(error) : isBusy(error) || isLate(error)))
      throw new RetryLater(Math.min(seconds, LATEST_SECONDS), 'the step was not let in', {
        cause: error,
      })
    const isFinal =
      error instanceof ForgeError && (error.status < 500 || error.code === 'OUTPUT_INVALID')
    if (canRepeat && !isFinal && delivery.attempt < performer.config.stepAttempts) throw error
    return { status: 'failed', error: stepFailure(step.name, error) }
  }
}

/** What the journal keeps of it. What it cannot keep has been done all the same, so it is not done again. */
function kept(step: string, performed: Performed): Performed {
  if (performed.status !== 'succeeded') return performed
  try {
    const output = storedValue(performed.output, `The output of step "${step}"`)
    return { status: 'succeeded', output }
  } catch (error) {
    return { status: 'failed', error: stepFailure(step, error) }
  }
}

/** Too many requests, or away for a while: says nothing of the step itself. */
const isBusy = (error: unknown) =>
  error instanceof ForgeError && (error.status === 429 || error.status === 503)

/** How long whoever does not let it in says that it takes, in seconds. */
function pauseOf(error: unknown): number {
  const { details } = error instanceof ForgeError ? error : {}
  const { retryAfterSeconds } = (details ?? {}) as { retryAfterSeconds?: unknown }
  return typeof retryAfterSeconds === 'number' ? retryAfterSeconds : LATER_SECONDS
}

/** It waited too long to be let in. */
const isLate = (error: unknown) => error instanceof ForgeError && error.code === 'RUN_TIMED_OUT'
