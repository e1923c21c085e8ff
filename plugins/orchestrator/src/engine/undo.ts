import { OrchestratorErrors } from '../errors.js'
import type { OpenRun } from '../journal/open-run.js'
import { failureOf } from '../replay/step-error.js'
import type { Compensation } from '../replay/request.js'

/**
 * Undoes what a run has done, the last thing first and one after another; a compensation that fails does
 * not keep the others from being made. Begins when every step at work has its outcome, since only then is
 * it known what there is to undo.
 */
export async function undo(run: OpenRun, compensations: readonly Compensation[]): Promise<void> {
  const { row, steps } = run
  row.status = 'compensating'
  for (const step of steps) {
    if (step.status === 'waiting') await run.complete(step, { status: 'cancelled' })
  }
  if (steps.some(({ status }) => status === 'running' || status === 'unknown')) return
  const next = compensations.findLast(({ name }) => !run.step(name))
  if (next) {
    const { kind, name, target, input } = next
    return run.ask({ kind, name, target: target.name, input, status: 'running' })
  }
  const failed = steps.filter(({ kind, status }) => kind === 'compensation' && status === 'failed')
  if (failed.length === 0) {
    const ending = row.ending ?? 'failed'
    row.ending = null
    return run.finish(ending)
  }
  const names = failed.map(({ name }) => name)
  const reason = row.error?.message ?? 'it was cancelled'
  const failure = failureOf(OrchestratorErrors.COMPENSATION_FAILED({ steps: names, reason }))
  // What it was to become stays, so that a retry goes on with the undoing.
  row.error = { ...failure, cause: row.error }
  return run.finish('failed')
}
