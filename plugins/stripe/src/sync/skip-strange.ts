import { messageOf, RetryLater, type Logger } from '@titanforge/core'
import Stripe from 'stripe'
import type { StripeGateway } from '../gateway.js'

// A shape that no schema of ours knows, what Stripe itself refuses to show, or what PostgreSQL takes for no such
// data or against a constraint.
const STRANGE = /^(INPUT_INVALID|WEBHOOK_BODY_INVALID|STRIPE_REFUSED|2[23]\w{3})$/

/**
 * Does one of many pieces of work. Where it fails for its own object, because of what that is or because Stripe
 * fails at it or answers nothing, that is reported, and the others have their turn.
 *
 * @param id the object's, at Stripe.
 * @param leftOut is told why, where it was left out, and whether the fault is Stripe's and may pass.
 * @returns undefined where it was left out.
 * @throws whatever else `work` throws, such as that Stripe or the database is away.
 */
export async function skipStrange<Result>(
  { log, gateway }: { log: Logger; gateway: StripeGateway },
  id: string,
  work: () => Promise<Result>,
  leftOut: (reason: string, mayPass: boolean) => void = () => undefined,
): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    const code = String((error as { code?: unknown }).code)
    if (STRANGE.test(code)) {
      log.error({ err: error, id }, 'what Stripe has here can be taken by nobody, and was left out')
      leftOut(`${code}: ${messageOf(error)}`, false)
    } else if (isFailureOfStripe(error)) {
      await requireStripe(gateway)
      log.error({ err: error, id }, 'Stripe fails at this one, which was left out for now')
      leftOut(messageOf(error), true)
    } else throw error
    return undefined
  }
}

const { StripeAPIError, StripeConnectionError } = Stripe.errors

function isFailureOfStripe(error: unknown): boolean {
  if (!(error instanceof RetryLater)) return false
  const { cause } = error
  // Whether it is this one or all of Stripe that answers nothing is not said, and asked next.
  if (cause instanceof StripeConnectionError) return true
  return cause instanceof StripeAPIError && (cause.statusCode ?? 0) >= 500
}

/** @throws RetryLater where Stripe does not answer at all. */
const requireStripe = (gateway: StripeGateway) =>
  gateway.calm((client) => client.events.list({ limit: 1 }))
