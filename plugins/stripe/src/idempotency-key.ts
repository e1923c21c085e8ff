import { createHash } from 'node:crypto'

/** What Stripe takes for a key, and HTTP for a header. */
const TAKEN = /^[ -~]{1,255}$/

/**
 * The idempotency key under which Stripe is asked for what a call of ours does. The keys of calls grow with each
 * level at which agents call agents; one that Stripe would refuse becomes its digest.
 *
 * @param parts the key of the call, and, where it asks for several things, which of them this is.
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export function idempotencyKeyOf(...parts: string[]): string {
  const key = parts.join(':')
  return TAKEN.test(key) ? key : `tf:${createHash('sha256').update(key).digest('hex')}`
}
