const HOUR = 3600

/** Hours after an attempt at which the next is made: exponential, for three days. */
const HOURS = [1 / 12, 0.5, 2, 5, 10, 12, 12, 12, 12]

/**
 * Seconds until a delivery is tried again.
 *
 * @returns null where it is given up.
 * @see https://docs.stripe.com/webhooks#automatic-retries
 */
export function backoff(attempts: number): number | null {
  const hours = HOURS[attempts - 1]
  return hours === undefined ? null : Math.round(hours * HOUR)
}
