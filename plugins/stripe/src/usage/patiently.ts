import { ForgeError, RetryLater } from '@titanforge/core'
import type Stripe from 'stripe'
import type { StripeGateway } from '../gateway.js'

/** Between two looks at whether somebody has mended the API key, which may take hours. */
const PAUSE_SECONDS = 600

/**
 * Calls Stripe for usage, which has to reach it one day: also while the API key is refused it waits.
 *
 * @throws RetryLater, or as {@link StripeGateway.calm} does.
 */
export async function patiently<Result>(
  gateway: StripeGateway,
  request: (client: Stripe) => Promise<Result>,
): Promise<Result> {
  try {
    return await gateway.calm(request)
  } catch (error) {
    if (!(error instanceof ForgeError && error.code === 'STRIPE_KEY_REFUSED')) throw error
    throw new RetryLater(PAUSE_SECONDS, error.message, { cause: error })
  }
}
