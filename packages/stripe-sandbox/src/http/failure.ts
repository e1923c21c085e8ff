import type { Begun, Settings } from '../world/hidden.js'
import type { Transaction } from '../world/transaction.js'
import type { World } from '../world/world.js'
import type { Answer } from './idempotency.js'
import type { Operation } from './operation.js'
import { errorBody, StripeError } from './stripe-error.js'

/** Whether the sandbox was told to fail at what changes something, and this does. */
export const isToFail = (world: World, { imagines }: Operation): boolean =>
  !imagines && ((world.store.get('settings') as Settings).failures ?? 0) > 0

/**
 * Begins a request, and fails at it: what it asks for is not done yet, and may be done later.
 *
 * @returns the error, which is kept under the idempotency key and never changes.
 * @see https://docs.stripe.com/error-low-level#server-errors
 */
export function begin(tx: Transaction, request: Pick<Begun, 'operation' | 'call'>): Answer {
  tx.settings.failures = (tx.settings.failures ?? 0) - 1
  tx.add('sandbox.begun', {
    id: tx.id('sandbox.begun'),
    object: 'sandbox.begun',
    request: tx.moment.request,
    ...request,
  })
  const error = new StripeError(500, {
    type: 'api_error',
    message: 'An unknown error occurred. The sandbox was told to fail after it had begun.',
  })
  return { status: error.status, body: JSON.stringify(errorBody(error)) }
}
