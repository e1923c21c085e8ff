import type { Logger } from '../telemetry/logger.js'
import { concurrencyOf } from './concurrency.js'
import type { DeadLetter, DeadLetterFilter } from './event-bus.js'
import type { EventEnvelope } from './event.js'
import { laneOf, laneRule } from './lane.js'
import { limitConcurrency } from './limit-concurrency.js'
import { MemoryDeadLetters } from './memory-dead-letters.js'
import type { MemoryDelivery } from './memory-delivery.js'
import { MemoryLanes } from './memory-lanes.js'
import type { LoggedEvent } from './memory-log.js'
import { MemoryPauses } from './memory-pauses.js'
import { isHopeless, RETRY } from './memory-retry.js'
import { pauseSeconds } from './pause.js'
import { RetryLater } from './retry-later.js'
import type { RetryPolicy, Subscription } from './subscription.js'

/** One attempt to apply an event. */
export interface MemoryAttempt {
  /** 1 for the first. */
  readonly number: number
  /** Aborts when the event is taken from the attempt. */
  readonly taken?: AbortSignal | undefined
  /** Is called when its transaction is committed, before anybody else is told. */
  applied(): void
}

/** Applies an event, or throws. */
export type Apply = (event: EventEnvelope, attempt: MemoryAttempt) => Promise<void>

/** What one consumer has yet to handle: one delivery of each event at most. */
export class MemoryQueue {
  readonly #rule
  readonly #retry: RetryPolicy
  readonly #turn
  /** By the ids of their events, until they are handled or given up. */
  readonly #deliveries = new Map<string, MemoryDelivery>()
  readonly #lanes: MemoryLanes | undefined
  readonly #dead: MemoryDeadLetters
  readonly #working = new Set<Promise<void>>()
  readonly #pauses = new MemoryPauses()
  readonly #stopping = new AbortController()

  constructor(
    private readonly subscription: Subscription,
    private readonly apply: Apply,
    private readonly log: Logger,
  ) {
    const { options } = subscription
    this.#rule = laneRule(options)
    this.#retry = { ...RETRY, ...options.retry }
    this.#dead = new MemoryDeadLetters(subscription.consumer, log)
    this.#turn = limitConcurrency(concurrencyOf(subscription))
    this.#lanes =
      this.#rule &&
      new MemoryLanes(this.#rule, {
        attempt: (delivery) => this.#attempt(delivery),
        begin: (work) => this.#begin(work),
        isBlocked: (lane) => this.#isBlocked(lane),
      })
  }

  add({ event, position }: LoggedEvent, delaySeconds = 0): void {
    this.#enter({ event, position, attempt: 1, isDue: true }, delaySeconds)
  }

  get isIdle(): boolean {
    return this.#working.size === 0
  }

  /** The ids of the events that are neither handled nor given up. */
  get unhandled(): string[] {
    return [...this.#deliveries.keys()]
  }

  /** Resolves when nothing is being handled and nothing waits for its time. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working)
  }

  /** Begins nothing more, and waits for what is being handled. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#pauses.endAll()
    await this.idle()
  }

  deadLetters(): DeadLetter[] {
    return this.#dead.list()
  }

  redrive(filter: DeadLetterFilter): number {
    const taken = this.#dead.take(filter).toSorted((a, b) => a.position - b.position)
    for (const letter of taken) this.add(letter)
    return taken.length
  }

  /**
   * Delivers events again that are handled or given up. What waits or is at work is delivered already, but
   * in order, what is at work is taken from its attempt: its turn is behind what comes before it again.
   *
   * @param events by their positions.
   * @returns how many were queued.
   */
  replay(events: readonly LoggedEvent[]): number {
    return events.filter((logged) => this.#again(logged)).length
  }

  discard(filter: DeadLetterFilter, reason: string): number {
    const taken = this.#dead.take(filter)
    for (const { id, eventId } of taken) {
      this.log.warn({ deadLetter: id, eventId, reason }, 'a dead letter was discarded')
    }
    this.#lanes?.advanceAll()
    return taken.length
  }

  #again(logged: LoggedEvent): boolean {
    const known = this.#deliveries.get(logged.event.id)
    if (!known) {
      this.#dead.forget(logged.event)
      this.add(logged)
      return true
    }
    if (!known.atWork || known.atWork.signal.aborted) return false
    known.atWork.abort()
    return true
  }

  /** In order, a delivery waits for its time in its place; otherwise it makes room for others meanwhile. */
  #enter(delivery: MemoryDelivery, waitSeconds = 0): void {
    this.#deliveries.set(delivery.event.id, delivery)
    const lane = laneOf(delivery.event, this.#rule)
    delivery.isDue = waitSeconds === 0
    const inPlace = lane !== null && this.#rule?.ordered
    if (delivery.isDue || inPlace) this.#queue(lane, delivery)
    if (delivery.isDue) return
    const due = () => {
      delivery.isDue = true
      if (inPlace) this.#lanes?.advance(lane)
      else this.#queue(lane, delivery)
    }
    this.#work(() => this.#pauses.after(waitSeconds, due))
  }

  #queue(lane: string | null, delivery: MemoryDelivery): void {
    if (lane === null) this.#begin(() => this.#attempt(delivery))
    else this.#lanes?.enter(lane, delivery)
  }

  #isBlocked(lane: string): boolean {
    if (this.subscription.options.afterDeadLetter !== 'block') return false
    return this.#dead.events().some((event) => laneOf(event, this.#rule) === lane)
  }

  /** Works when the consumer has a place for it. */
  #begin(work: () => Promise<void>): void {
    this.#work(() => this.#turn(work))
  }

  #work(work: () => Promise<void>): void {
    const done = work().finally(() => this.#working.delete(done))
    this.#working.add(done)
  }

  async #attempt(delivery: MemoryDelivery): Promise<void> {
    // It may have waited for its turn until the bus stopped.
    if (this.#stopping.signal.aborted) return
    const taken = this.#rule?.ordered ? new AbortController() : undefined
    delivery.atWork = taken
    const applied = () => {
      this.#deliveries.delete(delivery.event.id)
      // It was applied just before it could be taken from its attempt.
      if (taken?.signal.aborted) this.add(delivery)
    }
    try {
      await this.apply(delivery.event, {
        number: delivery.attempt,
        taken: taken?.signal,
        applied,
      })
    } catch (error) {
      delivery.atWork = undefined
      if (!taken?.signal.aborted) return void this.#fail(delivery, error)
      const facts = { eventId: delivery.event.id, attempt: delivery.attempt++ }
      this.log.warn(facts, 'a replay took an event from its attempt')
      this.#enter(delivery)
    }
  }

  #fail(delivery: MemoryDelivery, error: unknown): void {
    const { event, attempt } = delivery
    const facts = { err: error, eventId: event.id, attempt }
    if (this.#stopping.signal.aborted) {
      // A handler that was told to stop has not failed.
      this.log.warn(facts, 'a handler did not end before the bus stopped; its event is lost')
      return
    }
    const { limit, baseSeconds, maxSeconds } = this.#retry
    const waits = error instanceof RetryLater
    if (!waits && (attempt > limit || isHopeless(error, this.#retry, this.log))) {
      this.#deliveries.delete(event.id)
      this.#dead.add(delivery, error)
      return
    }
    this.log.warn(facts, 'a handler failed; it will be tried again')
    const pause = waits
      ? pauseSeconds(error.seconds)
      : Math.min(maxSeconds, baseSeconds * 2 ** (attempt - 1))
    if (!waits) delivery.attempt++
    this.#enter(delivery, pause)
  }
}
