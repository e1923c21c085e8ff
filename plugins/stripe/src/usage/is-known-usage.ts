import Stripe from 'stripe'

/** Whether Stripe has refused usage because it has taken its identifier before: it is counted. */
export const isKnownUsage = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError &&
  (error.code === 'resource_already_exists' || /already exists/i.test(error.message))
