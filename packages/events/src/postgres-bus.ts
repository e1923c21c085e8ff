import {
  envelope,
  inPublishSpan,
  Signals,
  type DeadLetters,
  type EventBus,
  type EventEnvelope,
  type EventType,
  type Logger,
  type PublishOptions,
  type Published,
  type Subscription,
  type Transaction,
} from '@titanforge/core'
import type { Database } from '@titanforge/database'
import pLimit from 'p-limit'
import { Consumer } from './consumer.js'
import type { EventEngine } from './engine.js'
import { EventErrors } from './errors.js'
import { append } from './event-log.js'

export interface DeliveryDefaults {
  /** How many handlers may be in their transaction at once, in this process. */
  concurrency: number
  claimSeconds: number
  retryLimit: number
  retryBaseSeconds: number
  retryMaxSeconds: number
}

/** The durable bus: events are rows of the publisher's transaction. */
export class PostgresEventBus extends Signals implements EventBus {
  #engine: EventEngine | undefined
  readonly #stopping = new AbortController()

  constructor(
    private readonly db: Database,
    private readonly defaults: DeliveryDefaults,
    private readonly logger: Logger,
  ) {
    super(logger)
  }

  get deadLetters(): DeadLetters {
    return this.#opened().deadLetters
  }

  async publish<Payload>(
    tx: Transaction,
    type: EventType<Payload>,
    payload: Payload,
    options?: PublishOptions,
  ): Promise<Published> {
    return inPublishSpan(type, () => this.#store(tx, envelope(type, payload, options)))
  }

  /** Registers the consumers: from the end of this on, every event that commits reaches them. */
  async open(engine: EventEngine, subscriptions: readonly Subscription[]): Promise<void> {
    for (const { consumer, event, options } of subscriptions) {
      await engine.declare({
        consumer,
        claimSeconds: options.claimSeconds ?? this.defaults.claimSeconds,
        retryLimit: options.retry?.limit ?? this.defaults.retryLimit,
        retryBaseSeconds: options.retry?.baseSeconds ?? this.defaults.retryBaseSeconds,
        retryMaxSeconds: options.retry?.maxSeconds ?? this.defaults.retryMaxSeconds,
      })
      await this.#register(consumer, event.name)
    }
    this.#engine = engine
  }

  /** Begins to deliver. */
  async consume(subscriptions: readonly Subscription[]): Promise<void> {
    const engine = this.#opened()
    const store = (tx: Transaction, event: EventEnvelope) => this.#store(tx, event)
    const { signal: stopping } = this.#stopping
    // Handlers may use a second connection while they hold one; with every connection held, none would end.
    const turn = pLimit(this.defaults.concurrency)
    const db = {
      query: this.db.query.bind(this.db),
      transaction: <Result>(work: (tx: Transaction) => Promise<Result>) =>
        turn(() => this.db.transaction(work)),
    }
    const parts = { db, engine, store, stopping, log: this.logger }
    for (const subscription of subscriptions) {
      const consumer = new Consumer(subscription, parts)
      await engine.work(subscription.consumer, (claim) => consumer.handle(claim))
    }
  }

  /**
   * Publishers read the consumers in their transaction, and so lock the table until their commit. Taking it
   * alone therefore waits for everybody who may have missed the new consumer, and holds back the others.
   */
  async #register(consumer: string, eventType: string): Promise<void> {
    const values = [consumer, eventType]
    const known = await this.db.query(
      'SELECT 1 FROM event_consumers WHERE consumer = $1 AND event_type = $2',
      values,
    )
    if (known.length > 0) return
    await this.db.transaction(async (tx) => {
      await tx.query('LOCK TABLE event_consumers IN ACCESS EXCLUSIVE MODE')
      await tx.query(
        `INSERT INTO event_consumers (consumer, event_type, registered_at) VALUES ($1, $2, clock_timestamp())
         ON CONFLICT (consumer) DO UPDATE SET event_type = excluded.event_type`,
        values,
      )
    })
  }

  /** Tells the handlers under way that the process stops. */
  tellStop(): void {
    this.#stopping.abort()
  }

  async #store(tx: Transaction, event: EventEnvelope): Promise<Published> {
    const engine = this.#opened()
    const { id, duplicate, consumers } = await append(tx, event)
    for (const consumer of consumers) await engine.enqueue(tx, consumer, id)
    return { id, duplicate }
  }

  #opened(): EventEngine {
    if (!this.#engine) throw EventErrors.BUS_NOT_STARTED()
    return this.#engine
  }
}
