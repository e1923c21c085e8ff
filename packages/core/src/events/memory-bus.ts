import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../errors.js'
import type { Logger } from '../logger.js'
import { MemoryUnitOfWork } from '../memory-unit-of-work.js'
import { parse } from '../schema.js'
import type { Transaction, UnitOfWork } from '../transaction.js'
import { envelope } from './envelope.js'
import type { DeadLetter, DeadLetters, EventBus, PublishOptions, Published } from './event-bus.js'
import type { EventEnvelope, EventType } from './event.js'
import { RetryLater } from './retry-later.js'
import { Signals } from './signals.js'
import { inConsumeSpan, inPublishSpan } from './spans.js'
import type { Subscription } from './subscription.js'

interface Delivery {
  subscription: Subscription
  event: EventEnvelope
}

/**
 * The bus of an application without a database, and of tests: the same interface and the same semantics,
 * but what it holds ends with the process.
 */
export class MemoryEventBus extends Signals implements EventBus, UnitOfWork {
  readonly deadLetters: DeadLetters
  readonly #log: Logger
  readonly #dead = new Map<string, DeadLetter & Delivery>()
  /** Ids of committed events from outside, by source and external id. */
  readonly #known = new Map<string, string>()
  readonly #running = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  #subscriptions: readonly Subscription[] = []
  /** What was published before anyone consumed. */
  #waiting: EventEnvelope[] | undefined = []

  constructor(
    log: Logger,
    private readonly unitOfWork: UnitOfWork = new MemoryUnitOfWork(),
  ) {
    super(log)
    this.#log = log
    this.deadLetters = {
      list: async ({ consumer, limit = 100 } = {}) =>
        [...this.#dead.values()]
          .filter((d) => !consumer || d.consumer === consumer)
          .slice(0, limit),
      redrive: async ({ consumer, ids } = {}) => this.#redrive(consumer, ids),
    }
  }

  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.unitOfWork.transaction(work)
  }

  async publish<Payload>(
    tx: Transaction,
    type: EventType<Payload>,
    payload: Payload,
    options?: PublishOptions,
  ): Promise<Published> {
    return inPublishSpan(type, async () => this.#store(tx, envelope(type, payload, options)))
  }

  /** Begins to deliver, what was published before included. */
  consume(subscriptions: readonly Subscription[]): void {
    this.#subscriptions = subscriptions
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const event of waiting) this.#dispatch(event)
  }

  /** Resolves when nothing is being handled and nothing waits. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.idle()
  }

  #store(tx: Transaction, event: EventEnvelope): Published {
    const { id, source, externalId } = event
    if (source === null || externalId === null) {
      tx.onCommit(() => this.#dispatch(event))
      return { id, duplicate: false }
    }
    const identity = `${source}\n${externalId}`
    const known = this.#known.get(identity)
    if (known) return { id: known, duplicate: true }
    tx.onCommit(() => {
      // Another transaction may have committed the same event meanwhile.
      if (this.#known.has(identity)) return
      this.#known.set(identity, id)
      this.#dispatch(event)
    })
    return { id, duplicate: false }
  }

  #dispatch(event: EventEnvelope) {
    if (this.#waiting) return void this.#waiting.push(event)
    for (const subscription of this.#subscriptions) {
      if (subscription.event.name === event.type) this.#deliver({ subscription, event })
    }
  }

  #deliver(delivery: Delivery) {
    const done = this.#attempt(delivery).finally(() => this.#running.delete(done))
    this.#running.add(done)
  }

  async #attempt({ subscription, event }: Delivery): Promise<void> {
    const { consumer, options } = subscription
    const retry = { limit: 5, baseSeconds: 0.05, maxSeconds: 5, ...options.retry }
    for (let tries = 1; ;) {
      try {
        await inConsumeSpan(subscription.consumer, event, () =>
          this.#handle(subscription, event, tries),
        )
        return
      } catch (error) {
        const waits = error instanceof RetryLater
        if (!waits && tries > retry.limit) {
          this.#bury({ subscription, event }, error)
          return
        }
        this.#log.warn(
          { err: error, consumer, eventId: event.id, attempt: tries },
          'a handler failed; it will be tried again',
        )
        const pause = waits
          ? error.seconds
          : Math.min(retry.maxSeconds, retry.baseSeconds * 2 ** (tries - 1))
        if (!waits) tries++
        await delay(pause * 1000, undefined, { signal: this.#stopping.signal }).catch(
          () => undefined,
        )
        if (this.#stopping.signal.aborted) return
      }
    }
  }

  async #handle(subscription: Subscription, event: EventEnvelope, attempt: number): Promise<void> {
    const payload = parse(subscription.event.schema, event.payload, `payload of ${event.type}`)
    const delivery = {
      event,
      payload,
      attempt,
      signal: this.#stopping.signal,
      idempotencyKey: `${subscription.consumer}:${event.id}`,
      log: this.#log.child({ consumer: subscription.consumer, eventId: event.id }),
    }
    const prepared = await subscription.prepare?.(delivery)
    await this.transaction(async (tx) => {
      const publish = <P>(type: EventType<P>, body: P, options?: PublishOptions) =>
        inPublishSpan(type, async () => this.#store(tx, envelope(type, body, options, event)))
      await subscription.commit({ ...delivery, tx, publish }, prepared)
    })
  }

  #bury(delivery: Delivery, error: unknown) {
    const { consumer } = delivery.subscription
    const id = `${consumer}:${delivery.event.id}`
    this.#dead.set(id, {
      ...delivery,
      id,
      consumer,
      eventId: delivery.event.id,
      at: new Date(),
      reason: messageOf(error),
    })
    this.#log.error(
      { err: error, consumer, eventId: delivery.event.id },
      'an event became a dead letter',
    )
  }

  #redrive(consumer?: string, ids?: string[]): number {
    const chosen = [...this.#dead.values()].filter(
      (dead) => (!consumer || dead.consumer === consumer) && (!ids || ids.includes(dead.id)),
    )
    for (const { id, subscription, event } of chosen) {
      this.#dead.delete(id)
      this.#deliver({ subscription, event })
    }
    return chosen.length
  }
}
