import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { isAhead, netOf } from './invoice-line.js'

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
 * period begins. One at the end of the period moves with the period. What the change gives back for such a time is
 * taken off, so that less of it can be had at any time. What else waits for the invoice, such as a fee, is no part of
 * the change.
 *
 * @param invoice what Stripe would bill for the change.
 * @throws SUBSCRIPTION_ENDING
 * @see https://docs.stripe.com/billing/subscriptions/cancel
 */
export function refuseBeyondEnd(
  { cancel_at: end, cancel_at_period_end }: Scheduled,
  invoice: Stripe.Invoice,
): void {
  if (end === null || cancel_at_period_end) return
  const beyond = invoice.lines.data.filter(
    (line) => isAhead(line, invoice) && line.period.end > end,
  )
  if (beyond.reduce((sum, line) => sum + netOf(line), 0) > 0)
    throw StripeErrors.SUBSCRIPTION_ENDING({ at: new Date(end * 1000) })
}
