import type { ForgeError } from '@titanforge/core'
import { OrchestratorErrors } from '../errors.js'
import type { OpenRun } from '../journal/open-run.js'
import type { Failure, RunRow } from '../journal/run-row.js'
import { storedValue } from '../journal/stored-value.js'
import { failureOf } from '../replay/step-error.js'
import { NO_VERSION } from '../workflow/catalogue.js'
import type { AnyWorkflow } from '../workflow/workflow.js'
import { parseInput } from './start-run.js'

/**
 * Gives a run that was requested where nobody knew its workflow the version with which it begins.
 *
 * @returns why it cannot begin, where its input does not fit.
 */
export async function settleVersion(
  run: OpenRun,
  workflow: AnyWorkflow,
): Promise<Failure | undefined> {
  const { version, input } = run.row
  if (version !== NO_VERSION) return undefined
  let parsed: unknown
  try {
    parsed = storedValue(parseInput(workflow, input), 'The input of the run')
  } catch (error) {
    return failureOf(error)
  }
  await run.beginWith(workflow.version, parsed)
  return undefined
}

/** Why a run fails that no process can take on. */
export const missing = (row: RunRow): ForgeError =>
  row.version === NO_VERSION
    ? OrchestratorErrors.WORKFLOW_MISSING(row)
    : OrchestratorErrors.WORKFLOW_GONE(row)
