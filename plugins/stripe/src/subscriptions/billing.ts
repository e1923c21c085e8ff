import type Stripe from 'stripe'

/**
 * How a change is billed:
 *
 * - `counted`: the rest of the period is charged, or given back as credit, at once. In a trial, which goes on, it costs
 *   nothing.
 * - `anew`: a new period begins, and is charged in full: nothing is left of what was paid for the present one.
 * - `tried`: the trial ends, and the first period begins and is charged in full.
 */
export type Billing = 'counted' | 'anew' | 'tried'

/** What Stripe is told of that. */
export type BillingParams = Pick<
  Stripe.SubscriptionUpdateParams,
  'billing_cycle_anchor' | 'proration_behavior' | 'proration_date'
> & { trial_end?: 'now' }

/** To ask what a change would cost: from the moment at which Stripe is asked. */
export const COUNTED_NOW: BillingParams = { proration_behavior: 'always_invoice' }

export const BEGINNING = {
  anew: { proration_behavior: 'none', billing_cycle_anchor: { type: 'now' } },
  tried: { proration_behavior: 'none', trial_end: 'now' },
} satisfies Record<string, BillingParams>

/**
 * What binds a change to the period in which it was looked at: when that is over, the next one is not paid yet, and
 * Stripe would give it back as credit. It refuses what is counted from a moment outside of the running period. For a
 * period that begins there is no such word, so that is not asked for when the present one is about to end.
 *
 * @param moment from which it is counted, in seconds by Stripe's clock.
 * @see https://docs.stripe.com/api/subscriptions/update#update_subscription-proration_date
 */
export const billingParams = (billing: Billing, moment: number): BillingParams =>
  billing === 'counted' ? { ...COUNTED_NOW, proration_date: moment } : BEGINNING[billing]
