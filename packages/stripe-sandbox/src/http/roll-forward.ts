import { operations } from '../routes.js'
import type { Begun } from '../world/hidden.js'
import type { World } from '../world/world.js'
import { clockOfRequest } from './clock-of-request.js'
import { StripeError } from './stripe-error.js'

/**
 * Does what requests ask for that have failed after they had begun, in their order, as Stripe may do later. Their
 * answers stay as they were. What cannot be done any more is left.
 *
 * @see https://docs.stripe.com/error-low-level#server-errors
 */
export function rollForward(world: World): void {
  const known = new Map(operations(world).map((it) => [it.name, it]))
  for (const { id, operation, call, request } of [
    ...world.store.ofKind('sandbox.begun'),
  ] as Begun[]) {
    world.run((tx) => tx.remove(id))
    world.catchUp()
    const moment = { ...clockOfRequest(world, { ...call.params, ...call.path }), request }
    try {
      world.run((tx) => known.get(operation)?.answer({ tx, ...call }), moment)
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
    }
  }
}
