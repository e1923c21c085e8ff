import type { Logger } from '../logger.js'
import type { Transaction } from '../transaction.js'
import type { PublishOptions, Published } from './event-bus.js'
import type { EventEnvelope, EventType } from './event.js'

/** What every step of a handler is given. */
export interface DeliveryContext<Payload> {
  readonly event: EventEnvelope<Payload>
  readonly payload: Payload
  /** 1 for the first delivery. */
  readonly attempt: number
  /** Aborts when the process stops or the delivery was taken over by another. */
  readonly signal: AbortSignal
  /** The same on every attempt: hand it to whatever is called outside. */
  readonly idempotencyKey: string
  readonly log: Logger
}

/** What the transactional step is given: its effects commit together with the acknowledgement. */
export interface HandlerContext<Payload> extends DeliveryContext<Payload> {
  readonly tx: Transaction
  publish<P>(type: EventType<P>, payload: P, options?: PublishOptions): Promise<Published>
}

/** A short handler: database only, in one transaction. Resolve = acknowledge, throw = retry. */
export type Handler<Payload> = (ctx: HandlerContext<Payload>) => Promise<void>

/** A handler with a slow part: `prepare` runs outside any transaction, `commit` inside one. */
export interface TwoStepHandler<Payload, Prepared> {
  prepare(ctx: DeliveryContext<Payload>): Promise<Prepared>
  commit(ctx: HandlerContext<Payload>, prepared: Prepared): Promise<void>
}

export interface RetryPolicy {
  /** Deliveries after the first one before the event becomes a dead letter. */
  limit: number
  /** First pause, in seconds; it doubles from there, with jitter. */
  baseSeconds: number
  maxSeconds: number
}

export interface SubscriptionOptions {
  retry?: Partial<RetryPolicy>
  /** How long one delivery may take before another process takes it over, in seconds. */
  claimSeconds?: number
}

/** A registered handler. Its payload type is checked where it is made, by {@link on}. */
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
 * on(subscriptionChanged, 'weather.welcome', async ({ payload, tx }) => {
 *   await tx.query('INSERT INTO forecasts (user_id) VALUES ($1)', [payload.userId])
 * })
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
  const steps = typeof handler === 'function' ? { commit: handler } : handler
  // The bus hands each handler the payload that its event's schema produced, so the type holds.
  return Object.freeze({ event, consumer, options, ...steps })
}
