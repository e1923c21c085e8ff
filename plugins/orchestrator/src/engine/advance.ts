import { parse } from '@titanforge/core'
import { OrchestratorErrors } from '../errors.js'
import type { OpenRun } from '../journal/open-run.js'
import { storedValue } from '../journal/stored-value.js'
import { line, percent } from '../journal/told.js'
import { replay, type Replayed } from '../replay/replay.js'
import { failureOf } from '../replay/step-error.js'
import type { AnyWorkflow } from '../workflow/workflow.js'
import { askFor } from './ask-for.js'
import { stepFor, type Asked } from './step-for.js'
import { undo } from './undo.js'

/** Far more than anybody reads, and few enough to be replayed at every step. */
const MOST_STEPS = 1000

/** Takes a run as far as its journal goes, and writes down what is to be done next. */
export async function advance(run: OpenRun, workflow: AnyWorkflow): Promise<void> {
  let replayed: Replayed
  try {
    replayed = await replay(workflow, run.row, run.steps)
  } catch (error) {
    // What the code says and what the journal has are two things, so nothing can be undone either.
    return run.breakOff(failureOf(error))
  }
  const { progress, compensations } = replayed
  if (progress) {
    run.row.progress = percent(progress.percent)
    run.row.progress_text = line(progress.text)
  }
  if (run.row.ending === null) await goOn(run, workflow, replayed)
  if (run.row.ending !== null) await undo(run, compensations)
}

async function goOn(run: OpenRun, workflow: AnyWorkflow, replayed: Replayed): Promise<void> {
  const { row, steps } = run
  const { end } = replayed
  const isAtWork = () => steps.some(({ status }) => status === 'running')
  const requests = [...replayed.asked.values()].filter(({ name }) => !run.step(name))
  if (end.state === 'threw') {
    return void endWith(run, end.error)
  }
  if (end.state === 'returned') {
    if (requests[0])
      return void endWith(run, OrchestratorErrors.STEP_NOT_AWAITED({ step: requests[0].name }))
    // Steps that the function did not wait for, as in a race, come to their outcome first.
    if (isAtWork() || steps.some(({ status }) => status === 'unknown')) {
      row.status = isAtWork() ? 'running' : 'waiting'
      return
    }
    try {
      const output = parse(workflow.output, end.output, `output of workflow "${workflow.name}"`)
      row.output = storedValue(output, `The output of workflow "${workflow.name}"`)
    } catch (error) {
      return void endWith(run, error)
    }
    return run.finish('succeeded')
  }
  if (steps.length + requests.length > MOST_STEPS)
    return void endWith(run, OrchestratorErrors.TOO_MANY_STEPS({ most: MOST_STEPS }))
  let asked: Asked[]
  try {
    asked = requests.map(stepFor)
  } catch (error) {
    return void endWith(run, error)
  }
  await askFor(run, asked)
  row.status = isAtWork() ? 'running' : 'waiting'
}

function endWith({ row }: OpenRun, error: unknown): void {
  row.ending = 'failed'
  row.error = failureOf(error)
}
