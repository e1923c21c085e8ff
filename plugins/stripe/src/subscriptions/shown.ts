import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'

/** What a change is bound to, once it was shown. */
export interface Shown {
  /** Minor units that are due at once. */
  amountDue: number
  /** Minor units that are put to the customer's credit, for invoices to come. */
  credit: number
  /** Seconds since the epoch, by Stripe's clock. */
  prorationDate: number
}

/** For how long a preview holds, in seconds: long enough to read it. */
const HOLDS_SECONDS = 600

/**
 * Lets a change be counted from a preview of the last ten minutes only, and of the present period: nobody may
 * choose another moment, or the rest of the period would be as long as they like.
 *
 * @param moment that the preview has shown.
 * @param now seconds by Stripe's clock.
 * @throws PREVIEW_OUTDATED
 */
export function refuseOldMoment(
  moment: number,
  now: number,
  { current_period_start: start }: Pick<Stripe.SubscriptionItem, 'current_period_start'>,
): void {
  const age = now - moment
  if (age < 0 || age > HOLDS_SECONDS || moment < start) throw StripeErrors.PREVIEW_OUTDATED()
}

/**
 * Lets a change cost what was shown, whatever was refunded, credited or priced otherwise since.
 *
 * @throws PREVIEW_OUTDATED
 */
export function refuseOtherCost(now: Shown, shown: Shown): void {
  if (now.amountDue !== shown.amountDue || now.credit !== shown.credit)
    throw StripeErrors.PREVIEW_OUTDATED()
}
