import { CoreErrors } from '../errors/core-errors.js'
import { problemOfFunction, problemOfSchema } from '../validation/misshapen.js'
import { refuseNoDefinition } from '../validation/refuse-no-definition.js'
import type { OutputOf, Schema } from '../validation/schema.js'

/**
 * A durable event: stored in the publisher's transaction, delivered at least once, applied once.
 *
 * @example
 * const sold: EventType<string> = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * sold.name // 'shop.sold'
 */
export interface EventType<Payload = unknown> {
  readonly durable: true
  readonly name: string
  readonly version: number
  readonly schema: Schema<Payload>
  /** Events of one key are about one thing; consumers can take them in order. */
  key?(payload: Payload): string | undefined
  /** The user whom the event is about, for the event log: a UUID. */
  userId?(payload: Payload): string | undefined
  /** Makes a payload of this version out of one of an older version. */
  upcast?(payload: unknown, version: number): unknown
}

/**
 * A volatile event: told to the listeners of this process, and gone.
 *
 * @example
 * const progress: SignalType<number> = defineSignal('shop.progress')
 */
export interface SignalType<Payload = unknown> {
  readonly durable: false
  readonly name: string
  readonly payload?: Payload
}

/**
 * What {@link defineEvent} makes an event of.
 *
 * @example
 * const schema = z.object({ price: z.number() })
 * const definition: EventDefinition<typeof schema> = {
 *   name: 'shop.sold',
 *   version: 2,
 *   schema,
 *   // Version 1 was the price alone.
 *   upcast: (payload) => ({ price: payload }),
 * }
 * defineEvent(definition).version // 2
 */
export interface EventDefinition<S extends Schema> {
  /** `<plugin>.<past_tense>`, such as `billing.subscription_changed`. */
  name: `${string}.${string}`
  /** 1 at first; raised when the payload changes in a way that old readers cannot follow. */
  version: number
  /** Has to take again what it makes, as JSON stores it. */
  schema: S
  key?: (payload: OutputOf<S>) => string | undefined
  /** The user whom the event is about: a UUID. */
  userId?: (payload: OutputOf<S>) => string | undefined
  /**
   * Makes a payload of this version out of one that was stored under an older version. Without it, older
   * payloads are checked against the schema as they are.
   */
  upcast?: (payload: unknown, version: number) => unknown
}

/**
 * Declares a durable event. Export it from your plugin's contract, so that others can listen.
 *
 * @example
 * const orderPlaced = defineEvent({
 *   name: 'shop.order_placed', version: 1, schema: z.object({ orderId: z.string() }), key: (p) => p.orderId,
 * })
 * definePlugin({ name: 'shop', events: [orderPlaced], setup: () => ({}) })
 * @throws DEFINITION_INVALID where the name is none, the version is no whole number from 1 on, the schema is none, or
 * `key`, `userId` or `upcast` is no function.
 */
export function defineEvent<S extends Schema>(
  definition: EventDefinition<S>,
): EventType<OutputOf<S>> {
  refuseNoDefinition('defineEvent()', definition)
  const problem = problemOf(definition)
  if (problem !== undefined) {
    throw CoreErrors.DEFINITION_INVALID({ what: `Event "${definition.name}"`, problem })
  }
  return Object.freeze({ durable: true as const, ...definition })
}

function problemOf<S extends Schema>({ version, schema, key, userId, upcast }: EventDefinition<S>) {
  if (!(Number.isSafeInteger(version) && version >= 1))
    return `version is ${version}; give a whole number from 1 on.`
  return (
    problemOfSchema('schema', schema) ??
    problemOfFunction('key', key) ??
    problemOfFunction('userId', userId) ??
    problemOfFunction('upcast', upcast)
  )
}

/**
 * Declares a volatile event, for progress and other things that may be missed.
 *
 * @example
 * const progress = defineSignal<number>('shop.progress')
 * const heard: number[] = []
 * const bus = createForge({ plugins: [] }).get(EventBus)
 * bus.listen(progress, (percent) => void heard.push(percent))
 * bus.signal(progress, 50)
 * heard // [50]
 */
export function defineSignal<Payload>(name: `${string}.${string}`): SignalType<Payload> {
  return Object.freeze({ durable: false as const, name })
}

/**
 * An event as it is stored.
 *
 * @example
 * const age = ({ occurredAt }: EventEnvelope) => Date.now() - occurredAt.getTime()
 */
export interface EventEnvelope<Payload = unknown> {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly key: string | null
  /** A UUID, in lower case. */
  readonly userId: string | null
  /** Who brought it in, such as `stripe`; null for the application's own. */
  readonly source: string | null
  /** The source's own id for it. One pair of source and external id is stored once, for ever. */
  readonly externalId: string | null
  /** When it happened, which may be before it was stored. */
  readonly occurredAt: Date
  /** The first event of the chain that led here. */
  readonly correlationId: string
  /** The event whose handler published this one. */
  readonly causationId: string | null
  /** The publisher's span, as a W3C `traceparent`; null where nothing traces. */
  readonly traceparent: string | null
  readonly payload: Payload
}
