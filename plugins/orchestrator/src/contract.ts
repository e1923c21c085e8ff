import { token } from '@titanforge/core'
import type { Workflow } from './workflow/workflow.js'

export { runFinished, runStarted, stepCompleted, workflowRequested } from './events.js'
export type { EventWait, Flow, PersonWait } from './workflow/flow.js'
export { agentOf } from './workflow/agent-run.js'
export type { Stored } from './workflow/stored.js'
export {
  defineWorkflow,
  type AnyWorkflow,
  type Schedule,
  type Workflow,
  type WorkflowDefinition,
} from './workflow/workflow.js'
export type { Finding } from './engine/answer-step.js'
export type { Failure, RunStatus } from './journal/run-row.js'

export interface StartOptions {
  /** For whom; left out for the application's own work. */
  userId?: string
  /** Of one key, one run is started, however often it is asked for. */
  key?: string
}

/** The runs of workflows. */
export interface Workflows {
  /**
   * Starts a run. Where it belongs to a transaction of yours, publish `workflowRequested` in it instead.
   *
   * @returns the run's id.
   * @throws INPUT_INVALID
   */
  start<Input>(
    workflow: Workflow<Input>,
    input: NoInfer<Input>,
    options?: StartOptions,
  ): Promise<string>
  /** @throws RUN_NOT_FOUND, RUN_OVER */
  cancel(runId: string): Promise<void>
  /** @throws RUN_NOT_FOUND, RUN_NOT_FAILED, RUN_WITHDRAWN */
  retry(runId: string): Promise<void>
}
export const Workflows = token<Workflows>('Workflows')
