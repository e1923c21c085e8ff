import { createHash } from 'node:crypto'
import type { IdempotentAnswer } from '../world/hidden.js'
import type { Transaction } from '../world/transaction.js'
import { StripeError } from './stripe-error.js'

/** What makes two requests the same. */
export function fingerprintOf(method: string, path: string, parameters: string): string {
  const digest = createHash('sha256').update(parameters).digest('base64url')
  return `${method} ${path} ${digest}`
}

/**
 * The answer that was given to this key before.
 *
 * @throws StripeError idempotency_error where the key came with another request.
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export function earlierAnswer(
  tx: Transaction,
  key: string,
  fingerprint: string,
): IdempotentAnswer | undefined {
  if (key.length > 255)
    throw new StripeError(400, {
      type: 'idempotency_error',
      message: 'Idempotency keys are limited to 255 characters.',
    })
  const earlier = tx.maybe('sandbox.idempotency', recordId(key))
  if (!earlier || earlier.fingerprint === fingerprint) return earlier
  throw new StripeError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  })
}

export function rememberAnswer(
  tx: Transaction,
  key: string,
  answer: Omit<IdempotentAnswer, 'id' | 'object'>,
): void {
  tx.add('sandbox.idempotency', { id: recordId(key), object: 'sandbox.idempotency', ...answer })
}

const recordId = (key: string) => `idempotency:${key}`
