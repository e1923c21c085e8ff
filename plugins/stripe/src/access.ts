/** Stripe's statuses that pay for a plan. A late payment keeps access; that it ends is Stripe's to say. */
const PAYING = ['trialing', 'active', 'past_due']

/** Whether a subscription's status gives access to its plan. An unknown status never does. */
export function givesAccess(status: string): boolean {
  return PAYING.includes(status)
}

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
