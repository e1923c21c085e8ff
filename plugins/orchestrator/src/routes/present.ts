import { messageFor, type Failure, type RunRow } from '../journal/run-row.js'
import type { StepRow } from '../journal/step-row.js'
import { agentOf } from '../workflow/agent-run.js'

/** A failure as its customer may see it. */
const presentFailure = (error: Failure | null) =>
  error && { code: error.code, message: messageFor(error) }

/** A run as its customer sees it. */
export const presentRun = (row: RunRow) => ({
  id: row.id,
  ...presentTarget(row),
  status: row.status,
  progress: row.progress,
  text: row.progress_text,
  input: row.input,
  output: row.output,
  error: presentFailure(row.error),
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
})

/** What is run: a workflow, or an agent that the customer has called. */
function presentTarget({ workflow, version }: RunRow) {
  const agent = agentOf(workflow)
  return agent === undefined
    ? { agent: null, workflow, version }
    : { agent, workflow: null, version: null }
}

/** A step as its customer sees it. What it was given and has come to are the application's own. */
export function presentStep(row: StepRow) {
  const {
    question,
    by,
    answer = {},
  } = (row.kind === 'person' ? row.input : {}) as Record<string, unknown>
  return {
    name: row.name,
    kind: row.kind,
    status: row.status,
    ...(row.kind === 'person' ? { question, by, answerSchema: answer } : {}),
    progress: row.progress,
    text: row.progress_text,
    error: presentFailure(row.error),
    waitsUntil: row.status === 'waiting' ? row.due_at : null,
    askedAt: row.asked_at,
    completedAt: row.completed_at,
  }
}
