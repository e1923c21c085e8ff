import { StripeError } from './stripe-error.js'

/** The answer to what Stripe has and the sandbox has not, or what neither has. */
export const missing = (method: string, path: string): StripeError =>
  new StripeError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}). This is the offline sandbox, which does not have everything that Stripe has: its README says what it has.`,
  })
