import { OrchestratorErrors } from '../errors.js'
import type { OpenRun } from '../journal/open-run.js'
import type { StepRow } from '../journal/step-row.js'
import { failureOf } from '../replay/step-error.js'
import type { Arrival } from './arrival.js'
import type { Performed } from './perform-step.js'

export interface News {
  performed?: Performed | undefined
  arrival?: Arrival | undefined
}

/**
 * Writes down what a step has come to.
 *
 * @returns whether there was anything to write: what is delivered again, or late, is no news.
 */
export async function settleStep(
  run: OpenRun,
  name: string,
  { performed, arrival }: News,
): Promise<boolean> {
  const step = run.step(name)
  if (!step) return false
  switch (step.kind) {
    case 'tool':
    case 'agent':
    case 'compensation':
      if (step.status !== 'running' || !performed) return false
      if (performed.status === 'unknown') await run.suspend(step)
      else await run.complete(step, performed)
      return true
    case 'event':
      return arrival ? arrive(run, step, arrival) : timeOut(run, step)
    case 'timer':
    case 'person':
      return timeOut(run, step)
  }
}

/** Gives an event to the step, or, where that has one by now, to the next that waits for such an event. */
async function arrive(run: OpenRun, step: StepRow, { eventId, outcome }: Arrival) {
  if (run.steps.some(({ event_id }) => event_id === eventId)) return false
  const next = run.steps.find(
    ({ kind, status, target, wait_key }) =>
      kind === 'event' &&
      status === 'waiting' &&
      target === step.target &&
      wait_key === step.wait_key,
  )
  if (next) await run.complete(next, outcome, eventId)
  return next !== undefined
}

async function timeOut(run: OpenRun, step: StepRow): Promise<boolean> {
  const { name, kind, status, due_at, is_due } = step
  if (status !== 'waiting' || !due_at) return false
  if (!is_due) {
    // It waits longer than a delivery can.
    await run.wake(name, { delaySeconds: Math.max(1, (due_at.getTime() - Date.now()) / 1000) })
    return false
  }
  const error = () => failureOf(OrchestratorErrors.WAIT_TIMED_OUT({ step: name }))
  await run.complete(
    step,
    kind === 'timer' ? { status: 'succeeded', output: null } : { status: 'failed', error: error() },
  )
  return true
}
