import { createHash } from 'node:crypto'
import type { IdempotentAnswer } from '../world/hidden.js'
import type { Moment, Transaction } from '../world/transaction.js'
import type { World } from '../world/world.js'
import { errorBody, sandboxFailed, StripeError } from './stripe-error.js'

export interface Answer {
  status: number
  body: string
  /** The id of the earlier request that was answered so. */
  replayed?: string
}

interface Asked {
  method: string
  path: string
  form: Record<string, unknown>
  requestId: string
}

/**
 * Takes a step of the world once for a key, and answers the same again when the key comes again: what was
 * done, or why it could not be. That parameters were refused is not remembered, so that they can be corrected.
 *
 * @throws StripeError idempotency_error where the key came with another request; and what `step` throws.
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export function once(
  world: World,
  key: string,
  asked: Asked,
  moment: Partial<Moment>,
  step: (tx: Transaction) => Answer,
): Answer {
  const fingerprint = fingerprintOf(asked)
  const earlier = earlierAnswer(world, key, fingerprint)
  if (earlier) return { status: earlier.status, body: earlier.body, replayed: earlier.requestId }
  const remember = (tx: Transaction, answer: Answer) => {
    const of = { fingerprint, requestId: asked.requestId, created: world.now }
    tx.add('sandbox.idempotency', {
      id: recordId(key),
      object: 'sandbox.idempotency',
      ...of,
      ...answer,
    })
  }
  try {
    return world.run((tx) => {
      try {
        const answer = step(tx)
        remember(tx, answer)
        return answer
      } catch (error) {
        if (keepsChanges(error)) remember(tx, answerOf(error))
        throw error
      }
    }, moment)
  } catch (error) {
    // What the step did is undone.
    if (!keepsChanges(error) && !refusesParameters(error))
      world.run((tx) => remember(tx, answerOf(error)))
    throw error
  }
}

/** What makes two requests the same. */
function fingerprintOf({ method, path, form }: Asked): string {
  const digest = createHash('sha256').update(JSON.stringify(form)).digest('base64url')
  return `${method} ${path} ${digest}`
}

function earlierAnswer(
  world: World,
  key: string,
  fingerprint: string,
): IdempotentAnswer | undefined {
  if (key.length > 255)
    throw new StripeError(400, {
      type: 'idempotency_error',
      message: 'Idempotency keys are limited to 255 characters.',
    })
  const earlier = world.store.get(recordId(key)) as IdempotentAnswer | undefined
  if (!earlier || earlier.fingerprint === fingerprint) return earlier
  throw new StripeError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  })
}

const keepsChanges = (error: unknown) => error instanceof StripeError && error.keepsChanges

const refusesParameters = (error: unknown) =>
  error instanceof StripeError && error.status === 400 && error.body.param !== undefined

function answerOf(error: unknown): Answer {
  const known = error instanceof StripeError ? error : sandboxFailed()
  return { status: known.status, body: JSON.stringify(errorBody(known)) }
}

const recordId = (key: string) => `idempotency:${key}`
