import { defineErrors } from '@titanforge/core'

/** Every error of the orchestrator, with its remedy. */
export const OrchestratorErrors = defineErrors({
  WORKFLOW_UNKNOWN: {
    status: 404,
    message: (p: { workflow: string }) =>
      `There is no workflow "${p.workflow}". GET /api/workflows lists them.`,
  },
  AGENT_UNKNOWN: {
    status: 404,
    message: (p: { agent: string }) =>
      `There is no agent "${p.agent}" that you can call. GET /api/agents lists them.`,
  },
  RUN_NOT_FOUND: { status: 404, message: () => 'There is no such run. GET /api/runs lists yours.' },
  STEP_NOT_WAITING: {
    status: 409,
    message: (p: { step: string; for: string }) =>
      `No step "${p.step}" of the run waits for ${p.for}. GET /api/runs/:id shows what it waits for.`,
  },
  RUN_NOT_FAILED: {
    status: 409,
    message: (p: { status: string }) =>
      `The run is ${p.status}; only a failed one can be retried. Start another.`,
  },
  RUN_WITHDRAWN: {
    status: 409,
    message: () => 'What started the run was paid back. Buy it again to have it done.',
  },
  RUN_OVER: {
    status: 409,
    message: (p: { status: string }) => `The run is over: it has ${p.status}.`,
  },
  RUN_QUEUE_FULL: {
    status: 429,
    message: (p: { waiting: number }) =>
      `${p.waiting} of your runs are waiting to begin. Try again when some have ended.`,
  },
  WORKFLOW_ELSEWHERE: {
    status: 503,
    message: (p: { workflow: string; version: number }) =>
      `This process does not know version ${p.version} of "${p.workflow}", which the run was started with. Try again when the deploy is over.`,
  },
  WORKFLOW_GONE: {
    message: (p: { workflow: string; version: number }) =>
      `No process knows version ${p.version} of "${p.workflow}" any more, with which the run was started. Nothing was undone. Deploy that version beside the new one, and retry the run.`,
  },
  WORKFLOW_MISSING: {
    message: (p: { workflow: string }) =>
      `A run of "${p.workflow}" was requested, and no process knows such a workflow. Deploy it, or correct the name where it is requested, and retry the run.`,
  },
  WORKFLOW_CHANGED: {
    message: (p: { workflow: string; version: number; step: string }) =>
      `The code of "${p.workflow}" version ${p.version} does not come to the step "${p.step}", which its journal has. Nothing was undone. Give changed steps a new version, deploy the old code under the old one, and retry the run.`,
  },
  WORKFLOW_STUCK: {
    message: (p: { workflow: string }) =>
      `"${p.workflow}" awaits something that is no step. Do I/O in tools, and await only what \`flow\` returns.`,
  },
  STEP_REPEATED: {
    message: (p: { step: string }) =>
      `Two steps of the run are called "${p.step}". Give each its own name, such as \`item-\${index}\`.`,
  },
  STEP_NOT_AWAITED: {
    message: (p: { step: string }) =>
      `The workflow has returned without waiting for the step "${p.step}", so it was not begun. Await it.`,
  },
  RUN_NOT_TAKEN_ON: {
    message: (p: { attempts: number }) =>
      `The run could not be taken on in ${p.attempts} attempts, and the log says why. Retry it when that is mended.`,
  },
  STEP_INVALID: {
    message: (p: { step: string; problem: string }) => `The step "${p.step}": ${p.problem}`,
  },
  VALUE_NOT_STORABLE: {
    message: (p: { what: string; problem: string }) =>
      `${p.what} cannot be kept in the journal: ${p.problem}`,
  },
  TOO_MANY_STEPS: {
    message: (p: { most: number }) =>
      `The run has more than ${p.most} steps. Do more in one step, or start another run.`,
  },
  STEP_FAILED: {
    message: (p: { step: string; reason: string }) => `The step "${p.step}" failed: ${p.reason}`,
  },
  STEP_ATTEMPTS_LOST: {
    message: (p: { step: string; attempts: number }) =>
      `The step "${p.step}" was begun ${p.attempts} times, and each time its process ended. It may be what ends it.`,
  },
  OUTCOME_DENIED: {
    message: (p: { step: string }) =>
      `The step "${p.step}" was begun when its process ended, and a person has said that it failed.`,
  },
  WAIT_TIMED_OUT: {
    status: 408,
    message: (p: { step: string }) => `What the step "${p.step}" waited for did not come in time.`,
  },
  COMPENSATION_FAILED: {
    message: (p: { steps: string[]; reason: string }) =>
      `Not everything could be undone: ${p.steps.join(', ')} failed. The run was to end because: ${p.reason}`,
  },
  WORKFLOW_INVALID: {
    message: (p: { workflow: string; problem: string }) => `Workflow "${p.workflow}": ${p.problem}`,
  },
  WORKFLOW_CONFLICT: {
    message: (p: { workflow: string; version: number }) =>
      `Two workflows are called "${p.workflow}" and have version ${p.version}. Give each its own name, or the newer one a higher version.`,
  },
})
