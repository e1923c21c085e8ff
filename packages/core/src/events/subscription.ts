import type { Logger } from '../telemetry/logger.js'
import type { Transaction } from '../transactions/transaction.js'
import { given } from '../validation/given.js'
import type { PublishOptions, Published } from './event-bus.js'
import type { EventEnvelope, EventType } from './event.js'
import { refuseBadOptions, refuseMisshapen } from './refuse-bad-subscription.js'

/**
 * What every step of a handler is given.
 *
 * @example
 * const describe = ({ event, attempt }: DeliveryContext<unknown>) => `${event.type}, attempt ${attempt}`
 */
export interface DeliveryContext<Payload> {
  readonly event: EventEnvelope<Payload>
  readonly payload: Payload
  /** 1 for the first delivery. */
  readonly attempt: number
  /**
   * Aborts when the process stops; that of `prepare` also when its time is over, or the delivery was taken over by
   * another. A `commit` that is late is given up and rolled back without being told.
   */
  readonly signal: AbortSignal
  /** The same on every attempt: hand it to whatever is called outside. */
  readonly idempotencyKey: string
  readonly log: Logger
}

/**
 * What the transactional step is given: its effects commit together with the acknowledgement.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const thanked = defineEvent({ name: 'shop.thanked', version: 1, schema: z.string() })
 * const thank = async ({ publish, payload }: HandlerContext<string>) => {
 *   await publish(thanked, payload)
 * }
 * on(sold, 'shop.thank', thank)
 */
export interface HandlerContext<Payload> extends DeliveryContext<Payload> {
  readonly tx: Transaction
  publish<P>(type: EventType<P>, payload: P, options?: PublishOptions): Promise<Published>
}

/**
 * A short handler: database only, in one transaction. Resolve = acknowledge, throw = retry.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const note: Handler<string> = async ({ payload, log }) => log.info({ payload }, 'sold')
 * on(sold, 'shop.note', note)
 */
export type Handler<Payload> = (ctx: HandlerContext<Payload>) => Promise<void>

/**
 * A handler with a slow part: `prepare` runs outside any transaction, `commit` inside one.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const bill: TwoStepHandler<string, number> = {
 *   prepare: async ({ payload }) => payload.length, // slow, and outside any transaction
 *   commit: async ({ tx, log }, price) => tx.onCommit(() => log.info({ price }, 'billed')),
 * }
 * on(sold, 'shop.bill', bill)
 */
export interface TwoStepHandler<Payload, Prepared> {
  prepare(ctx: DeliveryContext<Payload>): Promise<Prepared>
  commit(ctx: HandlerContext<Payload>, prepared: Prepared): Promise<void>
}

/**
 * How often, and after which pauses, a failed delivery is tried again.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const patient: Partial<RetryPolicy> = { limit: 10, nonRetryable: (error) => error instanceof TypeError }
 * on(sold, 'shop.note', async () => undefined, { retry: patient })
 */
export interface RetryPolicy {
  /** Deliveries after the first one before the event becomes a dead letter. */
  limit: number
  /** First pause, in seconds; it doubles from there, and chance shortens it by up to a half. */
  baseSeconds: number
  maxSeconds: number
  /** Says of an error that trying again cannot help; then the event becomes a dead letter at once. */
  nonRetryable(error: unknown): boolean
}

/**
 * How a consumer is given its events.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const careful: SubscriptionOptions = { concurrency: 4, claimSeconds: 60, from: 'beginning' }
 * on(sold, 'shop.note', async () => undefined, careful)
 */
export interface SubscriptionOptions {
  retry?: Partial<RetryPolicy>
  /**
   * Seconds after which an event whose process has died is given to another, and a `commit` that has not
   * ended is given up and rolled back; 20 if left out, or as the bus is configured.
   */
  claimSeconds?: number
  /**
   * Seconds after which `prepare` is told to end by its signal, and its event is given to another attempt;
   * 300 if left out. `commit` is short, and ends with the claim.
   */
  timeoutSeconds?: number
  /**
   * `key` handles the events of one key one after another, in the order in which they were published. An
   * event that waits for its retry holds up those behind it.
   */
  order?: 'key'
  /** How many events of one key, or about one user, are handled at once by all processes together. */
  limit?: { per: 'key' | 'user'; count: number }
  /**
   * What becomes of the later events of a key whose event became a dead letter, where there is an order:
   * they go on, or they wait until it is redriven or discarded. `release` if left out.
   */
  afterDeadLetter?: 'release' | 'block'
  /** Which events a consumer hears that was not there before; those from `now` on if left out. */
  from?: 'now' | 'beginning'
  /** How many events one process handles at once; 4 if left out, or 10 where there is a `prepare`. */
  concurrency?: number
}

/**
 * A registered handler. Its payload type is checked where it is made, by {@link on}.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const note: Subscription = on(sold, 'shop.note', async () => undefined)
 * note.consumer // 'shop.note'
 */
export interface Subscription {
  readonly event: EventType
  /** Durable and stable: renaming it makes a new consumer. */
  readonly consumer: string
  readonly options: SubscriptionOptions
  prepare?(ctx: DeliveryContext<unknown>): Promise<unknown>
  commit(ctx: HandlerContext<unknown>, prepared: unknown): Promise<void>
}

/**
 * Handles a durable event.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const note = on(sold, 'shop.note', async ({ payload, log }) => log.info({ payload }, 'sold'))
 * definePlugin({ name: 'shop', events: [sold], setup: () => ({ on: [note] }) })
 * @throws DEFINITION_INVALID where the options contradict each other, or the event, the consumer's name or the
 * handler is none.
 */
export function on<Payload>(
  event: EventType<Payload>,
  consumer: string,
  handler: Handler<Payload>,
  options?: SubscriptionOptions,
): Subscription
export function on<Payload, Prepared>(
  event: EventType<Payload>,
  consumer: string,
  handler: TwoStepHandler<Payload, Prepared>,
  options?: SubscriptionOptions,
): Subscription
export function on<Payload>(
  event: EventType<Payload>,
  consumer: string,
  handler: Handler<Payload> | TwoStepHandler<Payload, unknown>,
  options: SubscriptionOptions = {},
): Subscription {
  refuseMisshapen(event, consumer, handler)
  refuseBadOptions(consumer, event, options)
  const steps = typeof handler === 'function' ? { commit: handler } : handler
  // The bus hands each handler the payload that its event's schema produced, so the type holds.
  const { retry, ...others } = given(options)
  const kept = retry ? { ...others, retry: given(retry) } : others
  return Object.freeze({ event, consumer, options: kept, ...steps })
}
