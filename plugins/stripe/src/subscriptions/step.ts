import type Stripe from 'stripe'

/**
 * Asks Stripe for one change, under a key that is stored or known before.
 *
 * @param request what is asked; its fields tell it from other requests of the same step.
 */
export type Ask = (
  request: object,
  call: (client: Stripe, options: Stripe.RequestOptions) => Promise<Stripe.Subscription>,
) => Promise<Stripe.Subscription>

/**
 * Something that is wanted of a subscription: looks at it as Stripe has it now, and asks for what it lacks. What
 * is so already was done before, and is not asked for. The subscription is locked meanwhile.
 */
export type Step = (client: Stripe, ask: Ask) => Promise<Stripe.Subscription>
