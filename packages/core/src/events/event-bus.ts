import { token } from '../plugins/token.js'
import type { Transaction } from '../transactions/transaction.js'
import type { EventType, SignalType } from './event.js'

/**
 * What is known of an event beside its payload.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const options: PublishOptions = { source: 'till', externalId: 't-17', delaySeconds: 60 }
 * const forge = createForge({ plugins: [] })
 * await forge
 *   .get(UnitOfWork)
 *   .transaction((tx) => forge.get(EventBus).publish(tx, sold, 'a hat', options))
 */
export interface PublishOptions {
  /** Who brought the event in; with `externalId` it makes the event unique. */
  source?: string
  externalId?: string
  /** When it happened, from 4713 BC on; now, if left out. */
  occurredAt?: Date
  /** The user whom it is about, where the event's type cannot tell from the payload: a UUID. */
  userId?: string
  /** Seconds before it is delivered for the first time; none, if left out. */
  delaySeconds?: number
}

/**
 * One of many events that are published together.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const messages: Message<string>[] = [{ payload: 'a hat' }, { payload: 'a scarf', source: 'till' }]
 * const forge = createForge({ plugins: [] })
 * const published = await forge
 *   .get(UnitOfWork)
 *   .transaction((tx) => forge.get(EventBus).publishAll(tx, sold, messages))
 * published.length // 2
 */
export interface Message<Payload> extends PublishOptions {
  payload: Payload
}

/**
 * What became of an event that was published.
 *
 * @example
 * const isNew = ({ duplicate }: Published) => !duplicate
 * isNew({ id: 'e1', duplicate: false }) // true
 */
export interface Published {
  id: string
  /** True where this source and external id had been stored before; then nothing is delivered. */
  duplicate: boolean
}

/**
 * An event that a consumer gave up on.
 *
 * @example
 * const line = ({ consumer, eventId, reason }: DeadLetter) => `${consumer} gave up ${eventId}: ${reason}`
 */
export interface DeadLetter {
  /** The dead letter's own id, which redrive and discard take. */
  id: string
  consumer: string
  eventId: string
  /** When the consumer gave up. */
  at: Date
  /** The last error's message. */
  reason: string
}

/**
 * Which dead letters are meant; all, if both are left out.
 *
 * @example
 * const filter: DeadLetterFilter = { consumer: 'shop.note' }
 * await createForge({ plugins: [] }).get(EventBus).deadLetters.redrive(filter) // 0
 */
export interface DeadLetterFilter {
  consumer?: string
  ids?: readonly string[]
}

/**
 * What consumers gave up on.
 *
 * @example
 * const { deadLetters } = createForge({ plugins: [] }).get(EventBus)
 * await deadLetters.list({ limit: 10 }) // []
 */
export interface DeadLetters {
  /**
   * Oldest first, by their times in milliseconds, and then by their ids.
   *
   * @param page a hundred, if no limit is given; `after` is the last one of the page before, which may be
   * gone meanwhile.
   * @throws INPUT_INVALID where the limit is no whole number from 1 on.
   */
  list(page?: {
    consumer?: string | undefined
    limit?: number
    after?: Pick<DeadLetter, 'at' | 'id'> | undefined
  }): Promise<DeadLetter[]>
  /** Delivers them again, with all attempts before them. Resolves with how many there were. */
  redrive(filter?: DeadLetterFilter): Promise<number>
  /**
   * Gives them up for good. Resolves with how many there were.
   *
   * @param reason why, for whoever asks later.
   */
  discard(filter: DeadLetterFilter, reason: string): Promise<number>
}

/**
 * The events of a replay: from `from` on, and before `to`, by the time when they happened.
 *
 * @example
 * const february: ReplayRange = { from: new Date('2026-02-01'), to: new Date('2026-03-01') }
 */
export interface ReplayRange {
  from?: Date
  to?: Date
}

/**
 * Two verbs: `signal` for what may be missed, `publish` for what may not.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const progress = defineSignal<number>('shop.progress')
 * const forge = createForge({ plugins: [] })
 * const bus = forge.get(EventBus)
 * const stopListening = bus.listen(progress, (percent) => void percent)
 * bus.signal(progress, 50)
 * await forge.get(UnitOfWork).transaction((tx) => bus.publish(tx, sold, 'a hat'))
 * stopListening()
 */
export interface EventBus {
  /** Tells this process's listeners. Never throws: a failing listener is logged and the others go on. */
  signal<Payload>(type: SignalType<Payload>, payload: Payload): void
  /** Listens to a signal; call the result to stop. */
  listen<Payload>(
    type: SignalType<Payload>,
    listener: (payload: Payload) => void | Promise<void>,
  ): () => void
  /**
   * Stores the event in the caller's transaction and delivers it to every consumer after the commit.
   *
   * @throws INPUT_INVALID where the payload does not fit the event's schema; EVENT_INVALID where an option
   * cannot be, or what is stored of the payload as JSON would not fit, as a text in place of a `Date`.
   */
  publish<Payload>(
    tx: Transaction,
    type: EventType<Payload>,
    payload: Payload,
    options?: PublishOptions,
  ): Promise<Published>
  /**
   * Publishes many events of one type, in their order and in one step.
   *
   * @throws INPUT_INVALID where a payload does not fit the event's schema, EVENT_INVALID where an option
   * cannot be; then none is stored.
   */
  publishAll<Payload>(
    tx: Transaction,
    type: EventType<Payload>,
    messages: readonly Message<Payload>[],
  ): Promise<Published[]>
  /**
   * Delivers past events to one consumer again, also those that it has handled or given up. What waits for
   * it or is at work is delivered already, and is not queued twice; but in order, what is at work is taken
   * from its attempt, and comes behind what comes before it again. Resolves with how many were queued.
   *
   * @throws CONSUMER_UNKNOWN where nobody has registered the consumer; INPUT_INVALID where an end of the
   * range is no time from 4713 BC on.
   */
  replay(consumer: string, range?: ReplayRange): Promise<number>
  readonly deadLetters: DeadLetters
}
export const EventBus = token<EventBus>('EventBus')
