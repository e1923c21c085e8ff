import type { ForgeError } from '@titanforge/core'
import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'

/**
 * What a request that begins a period may take until it is carried out, in seconds, with all its tries. Where the
 * present period was over by then, the next one would be charged as well as the new one. Where a trial was over, the
 * plan would be changed, and nothing charged for it: what Stripe makes of `trial_end: 'now'` once there is no trial is
 * not documented.
 */
const CARRIED_OUT_SECONDS = 120
/** What Stripe may take to begin the next period. */
const RENEWED_SECONDS = 60

/**
 * Lets no period be begun by a request that may come when the present one is over.
 *
 * @param left seconds of the present one.
 * @throws TRIAL_ENDING, PERIOD_ENDING
 */
export function refuseLate(status: Stripe.Subscription.Status, left: number): void {
  if (left < CARRIED_OUT_SECONDS) throw periodEnding(status, left)
}

/**
 * Says that a period is ending, or over, and by when the next one has begun.
 *
 * @param left seconds.
 * @param cause how Stripe has refused what came too late.
 */
export function periodEnding(
  status: Stripe.Subscription.Status,
  left: number,
  cause?: unknown,
): ForgeError {
  const seconds = Math.max(0, left) + RENEWED_SECONDS
  const ending = status === 'trialing' ? StripeErrors.TRIAL_ENDING : StripeErrors.PERIOD_ENDING
  return ending({ seconds }, { details: { retryAfterSeconds: seconds }, cause })
}
