/** How often a price is billed. */
export interface Recurrence {
  interval: string
  interval_count: number
}

const DAY = 86_400

/**
 * The n-th boundary after an anchor, in seconds since the epoch. Months keep the anchor's day where the month
 * has it, and end early where it has not: from January 31 on February 28, then March 31.
 *
 * @see https://docs.stripe.com/billing/subscriptions/billing-cycle
 */
export function boundary(
  anchor: number,
  { interval, interval_count }: Recurrence,
  n: number,
): number {
  const count = interval_count * n
  if (interval === 'day') return anchor + count * DAY
  if (interval === 'week') return anchor + count * 7 * DAY
  const from = new Date(anchor * 1000)
  const months = from.getUTCMonth() + count * (interval === 'year' ? 12 : 1)
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), months + 1, 0)).getUTCDate()
  const date = new Date(anchor * 1000)
  date.setUTCFullYear(from.getUTCFullYear(), months, Math.min(from.getUTCDate(), lastDay))
  return date.getTime() / 1000
}

/** The period that holds a moment: the last boundary at or before it, and the next one. */
export function periodAt(
  anchor: number,
  every: Recurrence,
  at: number,
): { start: number; end: number } {
  // Only a start for the search: months differ in length.
  const length = boundary(0, every, 1)
  let n = Math.floor((at - anchor) / length) - 1
  while (boundary(anchor, every, n + 1) <= at) n += 1
  return { start: boundary(anchor, every, n), end: boundary(anchor, every, n + 1) }
}
