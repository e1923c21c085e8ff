import type { Subscription } from './subscription.js'

/** For short handlers: while one transaction commits, others are under way. */
const SHORT = 4
/** For handlers that wait for the world outside. */
const SLOW = 10

/**
 * How many events of a consumer one process handles at once.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * concurrencyOf(on(sold, 'shop.note', async () => undefined)) // 4
 */
export const concurrencyOf = (subscription: Subscription): number =>
  subscription.options.concurrency ?? (subscription.prepare ? SLOW : SHORT)
