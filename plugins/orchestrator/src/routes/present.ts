import { messageFor } from '../journal/open-run.js'
import type { Failure, RunRow } from '../journal/run-row.js'
import type { StepRow } from '../journal/step-row.js'

/** A failure as its customer may see it. */
const presentFailure = (error: Failure | null) =>
  error && { code: error.code, message: messageFor(error) }

/** A run as its customer sees it. */
export const presentRun = (row: RunRow) => ({
  id: row.id,
  workflow: row.workflow,
  version: row.version,
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
