import {
  envelope,
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
import { Consumer } from './consumer.js'
import type { EventEngine } from './engine.js'
import { EventErrors } from './errors.js'
import { append } from './event-log.js'

export interface DeliveryDefaults {
  claimSeconds: number
  retryLimit: number
  retryBaseSeconds: number
  retryMaxSeconds: number
}

/** The durable bus: events are rows of the publisher's transaction. */
export class PostgresEventBus extends Signals implements EventBus {
  #engine: EventEngine | undefined

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
    return this.#store(tx, envelope(type, payload, options))
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
      // After the queue exists, so that nobody publishes to one that does not.
      await this.db.query(
        `INSERT INTO event_consumers (consumer, event_type) VALUES ($1, $2)
         ON CONFLICT (consumer) DO UPDATE SET event_type = excluded.event_type`,
        [consumer, event.name],
      )
    }
    this.#engine = engine
  }

  /** Begins to deliver. */
  async consume(subscriptions: readonly Subscription[]): Promise<void> {
    const engine = this.#opened()
    const store = (tx: Transaction, event: EventEnvelope) => this.#store(tx, event)
    for (const subscription of subscriptions) {
      const consumer = new Consumer(subscription, this.db, engine, store, this.logger)
      await engine.work(subscription.consumer, (claim) => consumer.handle(claim))
    }
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
