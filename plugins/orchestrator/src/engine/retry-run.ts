import { OrchestratorErrors } from '../errors.js'
import type { OpenRun } from '../journal/open-run.js'
import type { StepRow } from '../journal/step-row.js'
import { isWithdrawn } from '../journal/withdrawn-purchases.js'
import { changeRun } from './change-run.js'
import type { Engine } from './engine.js'

/**
 * Takes a failed run up again. One of which not everything could be undone goes on with the undoing, so that
 * nothing is done twice; one that was undone begins anew, with new idempotency keys; any other goes on with
 * the steps that failed last, with the keys that they had.
 *
 * @throws RUN_NOT_FOUND, RUN_NOT_FAILED, RUN_WITHDRAWN
 */
export function retryRun(engine: Engine, runId: string): Promise<void> {
  return changeRun(engine, runId, async (run) => {
    const { row, steps } = run
    if (row.status !== 'failed') throw OrchestratorErrors.RUN_NOT_FAILED({ status: row.status })
    if (row.ending !== null) return goOnUndoing(run)
    if (row.purchase_id !== null && (await isWithdrawn(run.tx, row.purchase_id)))
      throw OrchestratorErrors.RUN_WITHDRAWN()
    if (steps.some(({ kind }) => kind === 'compensation')) {
      row.generation++
      row.progress = null
      row.progress_text = null
    } else {
      await takeBack(run)
    }
    row.status = 'queued'
    row.error = null
  })
}

async function goOnUndoing(run: OpenRun): Promise<void> {
  const { row } = run
  row.status = 'compensating'
  row.error = row.error?.cause ?? null
  for (const step of [...run.steps]) {
    if (step.status === 'running') await run.wake(step.name)
    else if (step.kind === 'compensation' && step.status === 'failed') await doAgain(run, step)
  }
  await run.wake(null)
}

/** A failure after which the workflow came to no other step is what it failed of; others it has dealt with. */
async function takeBack(run: OpenRun): Promise<void> {
  const lastAsked = Math.max(0, ...run.steps.map(({ asked }) => asked))
  for (const step of [...run.steps]) {
    const { kind, status, completed } = step
    const failedLast = status === 'failed' && (completed ?? 0) > lastAsked
    // It was at work, or not over, when the run could not go on.
    const isOpen = status === 'running' || (status === 'waiting' && kind === 'timer')
    if (isOpen) await run.wake(step.name)
    else if (failedLast) await doAgain(run, step)
    else if (status === 'cancelled' || status === 'waiting') await run.forget(step)
  }
}

/** Has a step done again that has failed. */
async function doAgain(run: OpenRun, step: StepRow): Promise<void> {
  // Its call was begun, and what it threw does not say that nothing was done.
  const isDoubtful = step.begun_at !== null && step.error?.public !== true
  await (isDoubtful ? run.takeUp(step) : run.forget(step))
}
