import { OrchestratorErrors } from '../errors.js'
import type { OpenRun } from '../journal/open-run.js'
import { changeRun } from './change-run.js'
import type { Engine } from './engine.js'

/**
 * Takes a failed run up again. One that was undone begins anew, with new idempotency keys; any other goes on
 * with the steps that failed last, with the keys that they had.
 *
 * @throws RUN_NOT_FOUND, RUN_NOT_FAILED
 */
export function retryRun(engine: Engine, runId: string): Promise<void> {
  return changeRun(engine, runId, async (run) => {
    const { row, steps } = run
    if (row.status !== 'failed') throw OrchestratorErrors.RUN_NOT_FAILED({ status: row.status })
    if (steps.some(({ kind }) => kind === 'compensation')) {
      row.generation++
      row.progress = null
      row.progress_text = null
    } else {
      await takeBack(run)
    }
    row.status = 'queued'
    row.ending = null
    row.error = null
  })
}

/** A failure after which the workflow came to no other step is what it failed of; others it has dealt with. */
async function takeBack(run: OpenRun): Promise<void> {
  const lastAsked = Math.max(0, ...run.steps.map(({ asked }) => asked))
  for (const step of [...run.steps]) {
    const { kind, status, completed } = step
    const failedLast = status === 'failed' && (completed ?? 0) > lastAsked
    // It was at work, or not over, when the run could not go on.
    const isOpen = status === 'running' || (status === 'waiting' && kind === 'timer')
    // Its call was begun, and what it threw does not say that nothing was done.
    const isDoubtful = failedLast && step.begun_at !== null && step.error?.public !== true
    if (isOpen) await run.wake(step.name)
    else if (isDoubtful) await run.takeUp(step)
    else if (failedLast || status === 'cancelled' || status === 'waiting') await run.forget(step)
  }
}
