import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'

type Scheduled = Pick<Stripe.Subscription, 'cancel_at' | 'cancel_at_period_end'>

/** What takes a scheduled end back; undefined where there is none. The portal schedules one by its date alone. */
export function endTakenBack({
  cancel_at,
  cancel_at_period_end,
}: Scheduled): { cancel_at_period_end: false } | { cancel_at: '' } | undefined {
  if (cancel_at_period_end) return { cancel_at_period_end: false }
  return cancel_at === null ? undefined : { cancel_at: '' }
}

/**
 * Lets nobody pay for a time in which there is no subscription any more: an end at a date stays where it is when a new
 * period begins. One at the end of the period moves with the period.
 *
 * @param lines what the change would charge.
 * @throws SUBSCRIPTION_ENDING
 * @see https://docs.stripe.com/billing/subscriptions/cancel
 */
export function refuseBeyondEnd(
  { cancel_at: end, cancel_at_period_end }: Scheduled,
  { lines }: Pick<Stripe.Invoice, 'lines'>,
): void {
  if (end === null || cancel_at_period_end) return
  if (lines.data.some(({ amount, period }) => amount > 0 && period.end > end))
    throw StripeErrors.SUBSCRIPTION_ENDING({ at: new Date(end * 1000) })
}
