import { invalidRequest } from '../http/stripe-error.js'
import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { NO_DETAILS } from './end.js'
import { periodEnd } from './items.js'

/**
 * Schedules a subscription's end, or takes that back.
 *
 * @param at seconds since the epoch; null keeps it running.
 */
export function scheduleEnd(
  tx: Transaction,
  subscription: Subscription,
  at: number | null,
  atPeriodEnd: boolean,
): void {
  if (at !== null && at <= tx.now)
    throw invalidRequest('`cancel_at` must be in the future.', 'cancel_at')
  subscription.cancel_at = at
  subscription.cancel_at_period_end = atPeriodEnd
  subscription.canceled_at = at === null ? null : tx.now
  const details = subscription.cancellation_details ?? NO_DETAILS
  subscription.cancellation_details =
    at === null ? { ...NO_DETAILS } : { ...details, reason: 'cancellation_requested' }
}

/**
 * An end that is scheduled for the end of the period moves with the period; one at a date of its own stays.
 *
 * @see https://docs.stripe.com/changelog/basil/2025-07-30/cancel-at-enums
 */
export function moveEnd(subscription: Subscription): void {
  if (subscription.cancel_at_period_end) subscription.cancel_at = periodEnd(subscription)
}

/** When a subscription would end by the words of a request. */
export function endOf(
  subscription: Subscription,
  cancelAt: number | string | null | undefined,
): number | null {
  if (cancelAt === 'min_period_end') return periodEnd(subscription)
  if (cancelAt === 'max_period_end')
    return Math.max(...subscription.items.data.map((item) => item.current_period_end))
  return typeof cancelAt === 'number' ? cancelAt : null
}
