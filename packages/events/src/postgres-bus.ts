import {
  CoreErrors,
  type DeadLetters,
  type EventBus,
  type EventEnvelope,
  type EventType,
  type Logger,
  type Message,
  type Published,
  type PublishOptions,
  type ReplayRange,
  type Subscription,
  type Transaction,
} from '@titanforge/core'
import {
  concurrencyOf,
  envelope,
  inPublishSpan,
  refuseBadQuery,
  Signals,
} from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import pLimit from 'p-limit'
import type { EventsConfig } from './config.js'
import { deadLetters } from './dead-letters.js'
import { Channel } from './delivery/channel.js'
import { Consumer } from './delivery/consumer.js'
import { Dispatcher } from './delivery/dispatcher.js'
import { Solitude } from './delivery/solitude.js'
import { Worker } from './delivery/worker.js'
import { EventErrors } from './errors.js'
import { append, type Appended, type Incoming } from './log/append.js'
import { register } from './registration.js'
import { beginReplay, callOffReplay, goOnWithReplay } from './replay.js'

/** Stores events of one type and queues their deliveries, in a transaction. */
export type Store = <Payload>(
  tx: Transaction,
  type: EventType<Payload>,
  messages: readonly Message<Payload>[],
  cause?: EventEnvelope,
) => Promise<Published[]>

/** How long `prepare` may take where its subscription does not say, in seconds. */
const TIMEOUT_SECONDS = 300
/** What may end the process waits so long for the others, and they for it; a part of a claim's time at most. */
const ALONE_MS = 2_000
/** A process that handles events itself is left these milliseconds before others look for them too. */
const HEAD_START_MS = 5

/** The durable bus: events and their deliveries are rows of the publisher's transaction. */
export class PostgresEventBus extends Signals implements EventBus {
  readonly deadLetters: DeadLetters
  readonly #stopping = new AbortController()
  readonly #channel: Channel
  #dispatcher: Dispatcher | undefined
  #isOpen = false

  constructor(
    private readonly db: Database,
    private readonly config: EventsConfig,
    private readonly logger: Logger,
  ) {
    super(logger)
    this.#channel = new Channel(db, logger)
    this.deadLetters = deadLetters(db, (consumers) => this.#wake(consumers))
  }

  async publish<Payload>(
    tx: Transaction,
    type: EventType<Payload>,
    payload: Payload,
    options?: PublishOptions,
  ): Promise<Published> {
    const [published] = await this.publishAll(tx, type, [{ ...options, payload }])
    return published as Published
  }

  async publishAll<Payload>(
    tx: Transaction,
    type: EventType<Payload>,
    messages: readonly Message<Payload>[],
  ): Promise<Published[]> {
    return inPublishSpan(type, () => this.#store(tx, type, messages))
  }

  async replay(consumer: string, range: ReplayRange = {}): Promise<number> {
    refuseBadQuery('replay', { moments: { from: range.from, to: range.to } })
    const id = await beginReplay(this.db, consumer, range)
    if (id === undefined) throw CoreErrors.CONSUMER_UNKNOWN({ consumer })
    try {
      return await goOnWithReplay(this.db, id, () => this.#wake([consumer]))
    } catch (error) {
      throw await callOffReplay(this.db, id, consumer, error)
    }
  }

  /** Registers the consumers: from the end of this on, every event that commits reaches them. */
  async open(subscriptions: readonly Subscription[]): Promise<void> {
    for (const subscription of subscriptions) await register(this.db, subscription)
    this.#isOpen = true
  }

  /** Stores events of one type, and wakes their consumers after the commit. */
  async append(tx: Transaction, type: string, incoming: readonly Incoming[]): Promise<Appended> {
    if (!this.#isOpen) throw EventErrors.BUS_NOT_STARTED()
    if (incoming.length === 0) return { stored: [], consumers: [] }
    const appended = await append(tx, type, incoming)
    if (appended.consumers.length > 0) tx.onCommit(() => this.#wake(appended.consumers))
    return appended
  }

  /** Begins to deliver. */
  async consume(subscriptions: readonly Subscription[]): Promise<void> {
    const { claimSeconds, concurrency } = this.config
    // Handlers may use a second connection while they hold one; with every connection held, none would end.
    const turn = pLimit(concurrency)
    const solitude = new Solitude(Math.min(ALONE_MS, claimSeconds * 250))
    const workers = subscriptions.map((subscription) => {
      // One slow consumer must leave a turn to the others.
      const share = pLimit(Math.max(1, concurrency - 1))
      const commit: Database['transaction'] = (work, options) =>
        share(() => turn(() => this.db.transaction(work, options)))
      const consumer = new Consumer(subscription, {
        db: this.db,
        commit,
        store: (tx, type, messages, cause) => this.#store(tx, type, messages, cause),
        log: this.logger,
        stopping: this.#stopping.signal,
        solitude,
        settings: this.#settingsOf(subscription),
      })
      const worker = new Worker(consumer, concurrencyOf(subscription), this.logger)
      return [subscription.consumer, worker] as const
    })
    this.#dispatcher = new Dispatcher(this.db, new Map(workers), this.config, this.logger)
    await this.#dispatcher.start(this.#channel)
  }

  /**
   * Tells the handlers at work that the process stops, and waits for them. What does not end in time is
   * given back, for other processes to take at once.
   */
  async drain(): Promise<void> {
    this.#stopping.abort()
    await this.#dispatcher?.stop(this.config.drainSeconds * 1000)
  }

  async close(): Promise<void> {
    await this.#channel.close()
  }

  #settingsOf({ options }: Subscription) {
    const { claimSeconds, retryLimit, retryBaseSeconds, retryMaxSeconds } = this.config
    return {
      claimSeconds: options.claimSeconds ?? claimSeconds,
      timeoutSeconds: options.timeoutSeconds ?? TIMEOUT_SECONDS,
      retry: {
        limit: retryLimit,
        baseSeconds: retryBaseSeconds,
        maxSeconds: retryMaxSeconds,
        nonRetryable: () => false,
        ...options.retry,
      },
    }
  }

  async #store<Payload>(
    tx: Transaction,
    type: EventType<Payload>,
    messages: readonly Message<Payload>[],
    cause?: EventEnvelope,
  ): Promise<Published[]> {
    const incoming = messages.map((message) => ({
      event: envelope(type, message.payload, message, cause),
      options: message,
    }))
    return (await this.append(tx, type.name, incoming)).stored
  }

  #wake(consumers: readonly string[]): void {
    this.#dispatcher?.wake(consumers)
    this.#channel.tell(consumers, this.#dispatcher ? HEAD_START_MS : 0)
  }
}
