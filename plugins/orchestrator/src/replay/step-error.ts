import { ForgeError, messageOf } from '@titanforge/core'
import { OrchestratorErrors } from '../errors.js'
import type { Failure } from '../journal/run-row.js'
import type { StepRow } from '../journal/step-row.js'

/** An error as the journal keeps it. Only what tells a customer what to do is for the customer. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof ForgeError)) {
    return { code: 'INTERNAL_ERROR', message: messageOf(error), public: false }
  }
  const { code, message, status } = error
  return { code, message, public: status < 500 }
}

/** What a step has failed with, as the journal keeps it. */
export function stepFailure(step: string, error: unknown): Failure {
  if (error instanceof ForgeError) return failureOf(error)
  return failureOf(OrchestratorErrors.STEP_FAILED({ step, reason: messageOf(error) }))
}

/** The error with which a step rejects that has failed. */
export function errorOf({ name, error }: Pick<StepRow, 'name' | 'error'>): ForgeError {
  const { code = 'STEP_FAILED', message = '', public: isPublic = false } = error ?? {}
  return new ForgeError(code, message, { status: isPublic ? 400 : 500, details: { step: name } })
}
