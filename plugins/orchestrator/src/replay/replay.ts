import { setImmediate as turn } from 'node:timers/promises'
import { OrchestratorErrors } from '../errors.js'
import type { RunRow } from '../journal/run-row.js'
import type { StepRow } from '../journal/step-row.js'
import type { AnyWorkflow } from '../workflow/workflow.js'
import { JournalFlow } from './journal-flow.js'
import type { Compensation, Request } from './request.js'

/** How far a workflow comes with its journal. */
export interface Replayed {
  /** How the function ended; `blocked` where it awaits steps that have no outcome yet. */
  end:
    | { state: 'returned'; output: unknown }
    | { state: 'threw'; error: unknown }
    | { state: 'blocked' }
  /** Every step that it came to, by name. */
  asked: ReadonlyMap<string, Request>
  /** How to undo what was done, in the order in which it was done. */
  compensations: readonly Compensation[]
  progress: { percent: number; text: string | undefined } | undefined
}

/**
 * Calls the workflow's function and gives it what the journal has, one outcome at a time, in the order in
 * which they came. So the function takes the way that it took before, also where its steps race.
 *
 * @throws WORKFLOW_CHANGED where it comes to other steps than the journal has; WORKFLOW_STUCK where it awaits
 * something else.
 */
export async function replay(
  workflow: AnyWorkflow,
  run: RunRow,
  journal: readonly StepRow[],
): Promise<Replayed> {
  const steps = journal.filter(({ kind }) => kind !== 'compensation')
  const flow = new JournalFlow(workflow, run, steps)
  const outcomes = steps
    .filter(({ status }) => status === 'succeeded' || status === 'failed')
    .sort((a, b) => (a.completed ?? 0) - (b.completed ?? 0))
  let end: Replayed['end'] = { state: 'blocked' }
  const call = async () => workflow.run(run.input, flow.flow)
  call().then(
    (output) => (end = { state: 'returned', output }),
    (error: unknown) => (end = { state: 'threw', error }),
  )
  const isBlocked = () => end.state === 'blocked'
  const changed = (step: string) => {
    const { name, version } = workflow
    return OrchestratorErrors.WORKFLOW_CHANGED({ workflow: name, version, step })
  }
  // Every promise that only waits for others has settled when the turn is over.
  await turn()
  for (const outcome of outcomes) {
    if (!isBlocked()) break
    if (!flow.settle(outcome)) throw changed(outcome.name)
    await turn()
  }
  flow.close()
  if (flow.mismatch) throw changed(flow.mismatch)
  const missing = steps.find(({ name }) => !flow.asked.has(name))
  if (missing) throw changed(missing.name)
  if (isBlocked() && !flow.isWaiting)
    throw OrchestratorErrors.WORKFLOW_STUCK({ workflow: workflow.name })
  const { asked, compensations, progress } = flow
  return { end, asked, compensations, progress }
}
