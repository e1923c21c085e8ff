import { OrchestratorErrors } from '../errors.js'
import type { OpenRun } from '../journal/open-run.js'
import { isOver } from '../journal/run-row.js'
import { changeRun } from './change-run.js'
import type { Engine } from './engine.js'

/**
 * Cancels a run: what it waits for is given up, agents and reading tools at work are told to end, tools with
 * an effect come to their outcome, and then what was done is undone.
 *
 * @throws RUN_NOT_FOUND, RUN_OVER
 */
export function cancelRun(engine: Engine, runId: string): Promise<void> {
  return changeRun(engine, runId, async (run) => {
    const { row } = run
    if (isOver(row)) throw OrchestratorErrors.RUN_OVER({ status: row.status })
    await cancelOpen(run)
  })
}

/** Cancels a run that is not over. */
export async function cancelOpen(run: OpenRun): Promise<void> {
  const { row } = run
  if (row.ending !== null) return
  row.ending = 'cancelled'
  if (row.started_at === null) return run.finish('cancelled')
  row.status = 'compensating'
  await run.wake(null)
}
