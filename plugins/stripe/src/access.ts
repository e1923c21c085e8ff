/** Stripe's statuses that pay for a plan; a late payment does for its days of grace. */
const PAYING = ['trialing', 'active', 'past_due']

/** Stripe's statuses that give no access. */
const NOT_PAYING = ['incomplete', 'incomplete_expired', 'unpaid', 'paused', 'canceled']

/** Whether a known status of a subscription gives access to its plan. */
export function givesAccess(status: string): boolean {
  return PAYING.includes(status)
}

/**
 * Whether this version of the plugin knows a subscription's status. One that Stripe has added since changes
 * no access: who pays keeps what they have, and somebody is told to look.
 */
export const isKnownStatus = (status: string): boolean =>
  givesAccess(status) || NOT_PAYING.includes(status)

/** When access ends by the clock, where an end is scheduled. The customer portal sets `cancelAt` only. */
export function scheduledEnd(subscription: {
  status: string
  cancelAt: Date | null
  cancelAtPeriodEnd: boolean
  currentPeriodEnd: Date | null
}): Date | null {
  const { status, cancelAt, cancelAtPeriodEnd, currentPeriodEnd } = subscription
  if (status === 'canceled') return null
  return cancelAt ?? (cancelAtPeriodEnd ? currentPeriodEnd : null)
}

const DAY_MS = 24 * 3600 * 1000

/**
 * When access ends by the clock, where a payment is late: so many days after the first failure. Where no
 * failure was heard of, the period that is not paid for began with it.
 */
export function graceUntil(
  subscription: { status: string; currentPeriodStart: Date | null; firstFailedAt: Date | null },
  graceDays: number,
): Date | null {
  const { status, currentPeriodStart, firstFailedAt } = subscription
  const since = firstFailedAt ?? currentPeriodStart
  if (status !== 'past_due' || since === null) return null
  return new Date(since.getTime() + graceDays * DAY_MS)
}
