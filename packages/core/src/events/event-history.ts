import { token } from '../plugins/token.js'
import type { EventEnvelope } from './event.js'

/**
 * Which past events are asked for; all, if everything is left out.
 *
 * @example
 * const query: EventQuery = { type: 'shop.sold', limit: 20 }
 */
export interface EventQuery {
  type?: string | undefined
  /** A UUID, as are the ids of events. */
  userId?: string | undefined
  /** The id of the first event of a chain: it, and all that it has led to. */
  correlationId?: string | undefined
  /** The id of the last event of the page before. */
  before?: string | undefined
  /** How many at most: a whole number from 1 on. */
  limit: number
}

/**
 * What became of an event at one consumer. `retrying` has failed and is tried again; `dead` was given up, and
 * `discarded` was given up for good.
 *
 * @example
 * const isOver = ({ state }: Delivery) => state === 'handled' || state === 'discarded'
 */
export interface Delivery {
  readonly consumer: string
  readonly state: 'waiting' | 'running' | 'retrying' | 'handled' | 'dead' | 'discarded'
  /** How often the consumer has begun with it; null where that is not kept. */
  readonly attempts: number | null
  /** When it is tried next, or was given up. */
  readonly at: Date | null
  /** Why it was given up. */
  readonly reason: string | null
}

/**
 * How many events of a type there were.
 *
 * @example
 * const sum = (counts: readonly EventCount[]) => counts.reduce((all, { count }) => all + count, 0)
 * sum([{ type: 'shop.sold', count: 2 }]) // 2
 */
export interface EventCount {
  readonly type: string
  readonly count: number
}

/**
 * What one consumer has before it.
 *
 * @example
 * const isBehind = ({ waiting }: ConsumerLoad) => waiting > 100
 */
export interface ConsumerLoad {
  readonly consumer: string
  /** Deliveries that are not handled yet, those at work included. */
  readonly waiting: number
  readonly deadLetters: number
}

/**
 * The past events, for those who run an application. Provided by a bus that stores them: of all processes.
 *
 * @example
 * const lister = definePlugin({
 *   name: 'lister',
 *   optional: { history: EventHistory },
 *   setup: ({ history }) => ({
 *     start: async () => void (await history?.list({ limit: 10 })),
 *   }),
 * })
 */
export interface EventHistory {
  /**
   * The last that happened first.
   *
   * @throws INPUT_INVALID where the limit is no whole number from 1 on, or an id no UUID.
   */
  list(query: EventQuery): Promise<EventEnvelope[]>
  /** One event, and what became of it at each consumer; undefined where there is none of that id. */
  find(id: string): Promise<{ event: EventEnvelope; deliveries: Delivery[] } | undefined>
  /**
   * By type, of what happened since then.
   *
   * @throws INPUT_INVALID where that is no time from 4713 BC on.
   */
  counts(since: Date): Promise<EventCount[]>
  /** Every consumer that has registered. */
  loads(): Promise<ConsumerLoad[]>
}
export const EventHistory = token<EventHistory>('EventHistory')
