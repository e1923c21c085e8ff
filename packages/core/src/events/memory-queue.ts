import { setTimeout as delay } from 'node:timers/promises'
import { limitConcurrency } from '../limit-concurrency.js'
import type { Logger } from '../logger.js'
import { concurrencyOf } from './concurrency.js'
import type { DeadLetter, DeadLetterFilter } from './event-bus.js'
import type { EventEnvelope } from './event.js'
import { laneOf, laneRule } from './lane.js'
import { MemoryDeadLetters } from './memory-dead-letters.js'
import type { LoggedEvent } from './memory-log.js'
import { isHopeless, RETRY } from './memory-retry.js'
import { pauseSeconds } from './pause.js'
import { RetryLater } from './retry-later.js'
import type { RetryPolicy, Subscription } from './subscription.js'

interface Delivery extends LoggedEvent {
  attempt: number
  /** When it is its time, as `performance.now()` tells it. */
  dueAt: number
  /** Takes it from the attempt that is at work on it, where there is an order. */
  atWork?: AbortController | undefined
}

/** Deliveries of which only some may be handled at once. */
interface Lane {
  /** In order, by their positions. */
  readonly waiting: Delivery[]
  /** How many places have been asked for that are not there yet. */
  called: number
  active: number
  /** The first one, where its time is being waited for. */
  awaited?: Delivery | undefined
}

/** Applies an event, or throws. */
export type Apply = (event: EventEnvelope, attempt: number, taken?: AbortSignal) => Promise<void>

/** What one consumer has yet to handle: one delivery of each event at most. */
export class MemoryQueue {
  readonly #rule
  readonly #retry: RetryPolicy
  readonly #turn
  /** By the ids of their events, until they are handled or given up. */
  readonly #deliveries = new Map<string, Delivery>()
  readonly #lanes = new Map<string, Lane>()
  readonly #dead: MemoryDeadLetters
  readonly #working = new Set<Promise<void>>()
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
  }

  add({ event, position }: LoggedEvent, delaySeconds = 0): void {
    this.#enter({ event, position, attempt: 1, dueAt: dueIn(delaySeconds) })
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
    for (const name of [...this.#lanes.keys()]) this.#advance(name)
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
  #enter(delivery: Delivery): void {
    this.#deliveries.set(delivery.event.id, delivery)
    const lane = laneOf(delivery.event, this.#rule)
    const inPlace = lane !== null && this.#rule?.ordered
    if (isDue(delivery) || inPlace) return this.#queue(lane, delivery)
    this.#work(async () => {
      if (await this.#until(delivery.dueAt)) this.#queue(lane, delivery)
    })
  }

  #queue(name: string | null, delivery: Delivery): void {
    if (name === null) return this.#work(() => this.#turn(() => this.#attempt(delivery)))
    const lane = this.#lanes.get(name) ?? { waiting: [], called: 0, active: 0 }
    this.#lanes.set(name, lane)
    const place = this.#rule?.ordered ? placeOf(delivery, lane.waiting) : lane.waiting.length
    lane.waiting.splice(place, 0, delivery)
    this.#advance(name)
  }

  /** Asks for a place for each that may be handled. Which one it is, is seen when the place is there. */
  #advance(name: string): void {
    const lane = this.#lanes.get(name)
    if (!lane) return
    const width = this.#rule?.width ?? Infinity
    while (
      lane.called < lane.waiting.length &&
      lane.called + lane.active < width &&
      this.#first(name, lane)
    ) {
      lane.called++
      this.#work(() => this.#turn(() => this.#handleFirst(name, lane)))
    }
    const [first] = lane.waiting
    if (first && !isDue(first)) this.#await(name, lane, first)
    if (!first && lane.called === 0 && lane.active === 0) this.#lanes.delete(name)
  }

  async #handleFirst(name: string, lane: Lane): Promise<void> {
    lane.called--
    const first = this.#first(name, lane)
    if (first) {
      lane.waiting.shift()
      lane.active++
      await this.#attempt(first)
      lane.active--
    }
    this.#advance(name)
  }

  /** The first of a lane, where it may be handled now. */
  #first(name: string, { waiting: [first] }: Lane): Delivery | undefined {
    return first && isDue(first) && !this.#isBlocked(name) ? first : undefined
  }

  #await(name: string, lane: Lane, first: Delivery): void {
    if (lane.awaited === first) return
    lane.awaited = first
    this.#work(async () => {
      if (!(await this.#until(first.dueAt))) return
      if (lane.awaited === first) lane.awaited = undefined
      this.#advance(name)
    })
  }

  #isBlocked(lane: string): boolean {
    if (this.subscription.options.afterDeadLetter !== 'block') return false
    return this.#dead.events().some((event) => laneOf(event, this.#rule) === lane)
  }

  #work(work: () => Promise<void>): void {
    const done = work().finally(() => this.#working.delete(done))
    this.#working.add(done)
  }

  /** True when it is time; false where the bus stops before. */
  async #until(dueAt: number): Promise<boolean> {
    const { signal } = this.#stopping
    await delay(Math.ceil(dueAt - performance.now()), undefined, { signal }).catch(() => undefined)
    return !signal.aborted
  }

  async #attempt(delivery: Delivery): Promise<void> {
    // It may have waited for its turn until the bus stopped.
    if (this.#stopping.signal.aborted) return
    const taken = this.#rule?.ordered ? new AbortController() : undefined
    delivery.atWork = taken
    try {
      await this.apply(delivery.event, delivery.attempt, taken?.signal)
      this.#deliveries.delete(delivery.event.id)
      // It was applied just before it could be taken from its attempt.
      if (taken?.signal.aborted) this.add(delivery)
    } catch (error) {
      delivery.atWork = undefined
      if (!taken?.signal.aborted) return void this.#fail(delivery, error)
      const facts = { eventId: delivery.event.id, attempt: delivery.attempt++ }
      this.log.warn(facts, 'a replay took an event from its attempt')
      this.#enter(delivery)
    }
  }

  #fail(delivery: Delivery, error: unknown): void {
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
    delivery.dueAt = dueIn(pause)
    this.#enter(delivery)
  }
}

const dueIn = (seconds: number) => performance.now() + seconds * 1000

const isDue = ({ dueAt }: Delivery) => dueAt <= performance.now()

/** Where it belongs among others that are in order. */
const placeOf = ({ position }: Delivery, waiting: readonly Delivery[]) =>
  waiting.findLastIndex((other) => other.position < position) + 1
