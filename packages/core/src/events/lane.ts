import type { EventEnvelope } from './event.js'
import type { SubscriptionOptions } from './subscription.js'

/**
 * How a consumer groups its events where it bounds what goes on at once inside a group.
 *
 * @example
 * const oneByOne: LaneRule = { by: 'key', width: 1, ordered: true }
 */
export interface LaneRule {
  by: 'key' | 'user'
  /** How many events of one lane are handled at once. */
  width: number
  /** Whether they are handled in the order in which they were published. */
  ordered: boolean
}

/**
 * The rule that a consumer's options ask for; undefined where they ask for none.
 *
 * @example
 * laneRule({ order: 'key' }) // { by: 'key', width: 1, ordered: true }
 */
export function laneRule({ order, limit }: SubscriptionOptions): LaneRule | undefined {
  if (order) return { by: 'key', width: 1, ordered: true }
  return limit && { by: limit.per, width: limit.count, ordered: false }
}

/**
 * The lane of an event; null where it is in none, since it has no key or is about no user.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string(), key: (hat) => hat })
 * laneOf(envelope(sold, 'a hat'), laneRule({ order: 'key' })) // 'a hat'
 */
export const laneOf = (event: EventEnvelope, rule: LaneRule | undefined): string | null =>
  rule ? (rule.by === 'key' ? event.key : event.userId) : null
