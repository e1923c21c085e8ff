import { parse } from '@titanforge/core'
import { OrchestratorErrors } from '../errors.js'
import type { OpenRun } from '../journal/open-run.js'
import type { RunRow } from '../journal/run-row.js'
import type { StepRow } from '../journal/step-row.js'
import { storedValue } from '../journal/stored-value.js'
import { replay } from '../replay/replay.js'
import type { Request } from '../replay/request.js'
import { failureOf } from '../replay/step-error.js'
import { changeRun } from './change-run.js'
import type { Engine } from './engine.js'

/** What a person has found out about a step whose process ended before it could say. */
export type Finding =
  | { outcome: 'succeeded'; output: unknown }
  | { outcome: 'failed' }
  /** It did not happen, and is to be done. */
  | { outcome: 'repeat' }

/**
 * Gives a step the answer of the person for whom it waits.
 *
 * @throws STEP_NOT_WAITING, INPUT_INVALID, WORKFLOW_ELSEWHERE, RUN_NOT_FOUND
 */
export function answerStep(
  engine: Engine,
  runId: string,
  name: string,
  answer: unknown,
): Promise<void> {
  return changeRun(engine, runId, async (run) => {
    const step = waitingStep(run, name, 'person', 'waiting', 'a person')
    const request = await requestOf(engine, run, name)
    if (request?.kind !== 'person') return
    const given = parse(request.wait.answer, answer, `answer to step "${name}"`)
    const output = storedValue(given, `The answer to step "${name}"`)
    await run.complete(step, { status: 'succeeded', output })
    await goOn(run)
  })
}

/**
 * Says what became of a step of unknown outcome.
 *
 * @throws STEP_NOT_WAITING, INPUT_INVALID, WORKFLOW_ELSEWHERE, RUN_NOT_FOUND
 */
export function resolveStep(
  engine: Engine,
  runId: string,
  name: string,
  finding: Finding,
): Promise<void> {
  return changeRun(engine, runId, async (run) => {
    const step = waitingStep(run, name, undefined, 'unknown', 'its outcome to be found out')
    if (finding.outcome === 'repeat') {
      await run.beginAgain(step)
    } else if (finding.outcome === 'failed') {
      const error = failureOf(OrchestratorErrors.OUTCOME_DENIED({ step: name }))
      await run.complete(step, { status: 'failed', error })
    } else {
      const request = await requestOf(engine, run, name)
      const found =
        request && (request.kind === 'tool' || request.kind === 'agent')
          ? parse(request.target.output, finding.output, `output of step "${name}"`)
          : finding.output
      const output = storedValue(found, `The output of step "${name}"`)
      await run.complete(step, { status: 'succeeded', output })
    }
    await goOn(run)
  })
}

function waitingStep(
  run: OpenRun,
  name: string,
  kind: StepRow['kind'] | undefined,
  status: StepRow['status'],
  what: string,
): StepRow {
  const step = run.step(name)
  if (step?.status !== status || (kind && step.kind !== kind))
    throw OrchestratorErrors.STEP_NOT_WAITING({ step: name, for: what })
  return step
}

async function requestOf(
  { catalogue }: Engine,
  { row, steps }: OpenRun,
  name: string,
): Promise<Request | undefined> {
  const workflow = catalogue.of(row)
  if (!workflow) throw OrchestratorErrors.WORKFLOW_ELSEWHERE(row)
  return (await replay(workflow, row, steps)).asked.get(name)
}

/** What waited needs a slot again; what is at work goes on. */
async function goOn(run: OpenRun): Promise<void> {
  const row: RunRow = run.row
  if (row.status === 'waiting') row.status = 'queued'
  else await run.wake(null)
}
