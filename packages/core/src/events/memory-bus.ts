import { CoreErrors } from '../errors/core-errors.js'
import type { Logger } from '../telemetry/logger.js'
import { MemoryUnitOfWork } from '../transactions/memory-unit-of-work.js'
import type { Transaction, UnitOfWork } from '../transactions/transaction.js'
import { envelope } from './envelope.js'
import type {
  DeadLetters,
  EventBus,
  Message,
  Published,
  PublishOptions,
  ReplayRange,
} from './event-bus.js'
import type { EventEnvelope, EventType } from './event.js'
import { deadLettersOf } from './memory-dead-letter-view.js'
import { handle, type HandlerParts } from './memory-handler.js'
import { MemoryLog } from './memory-log.js'
import { MemoryOutside } from './memory-outside.js'
import { MemoryQueue, type Apply } from './memory-queue.js'
import { payloadText } from './payload-text.js'
import { refuseBadQuery } from './refuse-bad-query.js'
import { Signals } from './signals.js'
import { inConsumeSpan, inPublishSpan } from './spans.js'
import type { Subscription } from './subscription.js'

interface Stored {
  event: EventEnvelope
  delaySeconds: number
}

interface Consumer {
  subscription: Subscription
  queue: MemoryQueue
}

/**
 * The bus of an application without a database, and of tests: the same interface and the same semantics,
 * but what it holds ends with the process, and a replay reaches the last 10,000 events.
 */
export class MemoryEventBus extends Signals implements EventBus, UnitOfWork {
  readonly deadLetters: DeadLetters
  readonly #log: Logger
  readonly #outside = new MemoryOutside()
  readonly #past = new MemoryLog()
  readonly #stopping = new AbortController()
  /** Ends the handlers that did not end when they were told to stop. */
  readonly #cutOff = new AbortController()
  readonly #parts: HandlerParts
  #consumers: readonly Consumer[] = []
  /** What was published before anyone consumed. */
  #waiting: Stored[] | undefined = []
  #isClosed = false

  constructor(
    log: Logger,
    private readonly unitOfWork: UnitOfWork = new MemoryUnitOfWork(log),
  ) {
    super(log)
    this.#log = log
    this.#parts = {
      log,
      stopping: this.#stopping.signal,
      cutOff: this.#cutOff.signal,
      transaction: (work) => this.transaction(work),
      store: (tx, event, options) => this.#store(tx, event, options),
    }
    this.deadLetters = deadLettersOf(
      (consumer) =>
        this.#consumers
          .filter((one) => !consumer || one.subscription.consumer === consumer)
          .map(({ queue }) => queue),
      () => this.#refuseClosed('redrive dead letters'),
    )
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
    return inPublishSpan(type, async () =>
      this.#store(tx, envelope(type, payload, options), options),
    )
  }

  async publishAll<Payload>(
    tx: Transaction,
    type: EventType<Payload>,
    messages: readonly Message<Payload>[],
  ): Promise<Published[]> {
    return inPublishSpan(type, async () => {
      const events = messages.map((message) => envelope(type, message.payload, message))
      return events.map((event, index) => this.#store(tx, event, messages[index]))
    })
  }

  async replay(consumer: string, range: ReplayRange = {}): Promise<number> {
    refuseBadQuery('replay', { moments: { from: range.from, to: range.to } })
    this.#refuseClosed('replay events')
    const found = this.#consumers.find((one) => one.subscription.consumer === consumer)
    if (!found) throw CoreErrors.CONSUMER_UNKNOWN({ consumer })
    return found.queue.replay(this.#past.select(found.subscription.event.name, range))
  }

  /** Begins to deliver, what was published before included. */
  consume(subscriptions: readonly Subscription[]): void {
    this.#consumers = subscriptions.map((subscription) => {
      const { consumer } = subscription
      const apply: Apply = (event, attempt) =>
        inConsumeSpan(consumer, event, () => handle(this.#parts, subscription, event, attempt))
      return {
        subscription,
        queue: new MemoryQueue(subscription, apply, this.#log.child({ consumer })),
      }
    })
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const stored of waiting) this.#dispatch(stored)
  }

  /** Resolves when nothing is being handled and nothing waits for its time. */
  async idle(): Promise<void> {
    // What one consumer handles may be published for another.
    for (let busy = true; busy;) {
      const queues = this.#consumers.map(({ queue }) => queue)
      await Promise.all(queues.map((queue) => queue.idle()))
      busy = queues.some((queue) => !queue.isIdle)
    }
  }

  /**
   * Begins nothing more, tells the handlers at work, and waits for them; what has not ended after
   * `patienceMs` is given up, and its transaction rolled back.
   */
  async stop(patienceMs = 10_000): Promise<void> {
    this.#stopping.abort()
    const timer = setTimeout(() => this.#cutOff.abort(), patienceMs)
    await Promise.all(this.#consumers.map(({ queue }) => queue.stop()))
    clearTimeout(timer)
  }

  /**
   * Takes nothing more, and says how much was not delivered: it ends with the bus.
   *
   * @param subscriptions whom the application has, also where nobody consumed.
   */
  close(subscriptions: readonly Subscription[]): void {
    this.#isClosed = true
    const heard = new Set(subscriptions.map(({ event }) => event.name))
    const early = (this.#waiting ?? []).flatMap(({ event: { id, type } }) =>
      heard.has(type) ? id : [],
    )
    const late = this.#consumers.flatMap(({ queue }) => queue.unhandled)
    const events = new Set([...early, ...late]).size
    if (events > 0) this.#log.warn({ events }, 'the bus stopped; what it had not delivered is lost')
  }

  #refuseClosed(action: string): void {
    if (this.#isClosed) throw CoreErrors.FORGE_STATE({ action, state: 'stopped' })
  }

  #store(
    tx: Transaction,
    event: EventEnvelope,
    { delaySeconds = 0 }: PublishOptions = {},
  ): Published {
    this.#refuseClosed('publish an event')
    // As it would come out of a store: a consumer must not share the publisher's objects.
    const payload: unknown = JSON.parse(payloadText(event))
    const stored = { ...event, occurredAt: new Date(event.occurredAt), payload }
    const dispatch = (one: EventEnvelope) => this.#dispatch({ event: one, delaySeconds })
    if (event.externalId !== null) return this.#outside.store(tx, stored, dispatch)
    tx.onCommit(() => dispatch(stored))
    return { id: event.id, duplicate: false }
  }

  #dispatch(stored: Stored) {
    if (this.#isClosed) {
      const { id: eventId } = stored.event
      this.#log.warn({ eventId }, 'an event was committed after the bus had stopped, and is lost')
      return
    }
    if (this.#waiting) return void this.#waiting.push(stored)
    const { event, delaySeconds } = stored
    const logged = this.#past.append(event)
    for (const { subscription, queue } of this.#consumers) {
      if (subscription.event.name === event.type) queue.add(logged, delaySeconds)
    }
  }
}
