import type Stripe from 'stripe'
import type { Request } from './request.js'

/** Asks Stripe for one change, under a key that is stored or known before. */
export type Ask = (request: Request) => Promise<Stripe.Subscription>

/**
 * Something that is wanted of a subscription: looks at it as Stripe has it now, and asks for what it lacks. What
 * is so already was done before, and is not asked for. The subscription is locked meanwhile.
 */
export type Step = (client: Stripe, ask: Ask) => Promise<Stripe.Subscription>
