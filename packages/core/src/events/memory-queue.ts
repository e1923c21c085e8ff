import { setTimeout as delay } from 'node:timers/promises'
import { limitConcurrency } from '../limit-concurrency.js'
import type { Logger } from '../logger.js'
import type { DeadLetter, DeadLetterFilter } from './event-bus.js'
import type { EventEnvelope } from './event.js'
import { laneOf, laneRule } from './lane.js'
import { MemoryDeadLetters } from './memory-dead-letters.js'
import { isHopeless, RETRY } from './memory-retry.js'
import { pauseSeconds } from './pause.js'
import { RetryLater } from './retry-later.js'
import type { RetryPolicy, Subscription } from './subscription.js'

interface Delivery {
  readonly event: EventEnvelope
  attempt: number
  /** Seconds to wait before the next attempt. */
  pause: number
}

/** Deliveries of which only some may be handled at once. */
interface Lane {
  waiting: Delivery[]
  active: number
}

/** Applies an event, or throws. */
export type Apply = (event: EventEnvelope, attempt: number) => Promise<void>

/** What one consumer has yet to handle. */
export class MemoryQueue {
  readonly #rule
  readonly #retry: RetryPolicy
  readonly #turn
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
    this.#turn = limitConcurrency(options.concurrency ?? Infinity)
  }

  add(event: EventEnvelope, delaySeconds = 0): void {
    this.#enter({ event, attempt: 1, pause: delaySeconds })
  }

  get isIdle(): boolean {
    return this.#working.size === 0
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
    const taken = this.#dead.take(filter)
    this.#enterFirst(taken.map(({ event }) => event))
    return taken.length
  }

  /** Delivers events again. Those that are dead letters are none any more. */
  replay(events: readonly EventEnvelope[]): void {
    for (const event of events) this.#dead.forget(event)
    this.#enterFirst(events)
  }

  discard(filter: DeadLetterFilter, reason: string): number {
    const taken = this.#dead.take(filter)
    for (const { id, eventId } of taken) {
      this.log.warn({ deadLetter: id, eventId, reason }, 'a dead letter was discarded')
    }
    for (const [name, lane] of this.#lanes) this.#advance(name, lane)
    return taken.length
  }

  /** In order, a delivery waits for its time in its place; otherwise it makes room for others meanwhile. */
  #enter(delivery: Delivery): void {
    if (delivery.pause === 0 || this.#rule?.ordered) return this.#queue(delivery)
    this.#work(async () => {
      if (await this.#pause(delivery)) this.#queue(delivery)
    })
  }

  /** Puts events before what waits in their lanes, in their order. What waits already is not queued twice. */
  #enterFirst(events: readonly EventEnvelope[]): void {
    const byLane = Map.groupBy(events, (event) => laneOf(event, this.#rule))
    for (const [name, again] of byLane) {
      const deliveries = again.map((event) => ({ event, attempt: 1, pause: 0 }))
      if (name === null) deliveries.forEach((delivery) => this.#queue(delivery))
      else {
        const lane = this.#lane(name)
        const ids = new Set(again.map(({ id }) => id))
        const others = lane.waiting.filter(({ event }) => !ids.has(event.id))
        lane.waiting = [...deliveries, ...others]
        this.#advance(name, lane)
      }
    }
  }

  #queue(delivery: Delivery): void {
    const name = laneOf(delivery.event, this.#rule)
    if (name === null) return this.#work(() => this.#deliver(delivery))
    const lane = this.#lane(name)
    lane.waiting.push(delivery)
    this.#advance(name, lane)
  }

  #lane(name: string): Lane {
    const lane = this.#lanes.get(name) ?? { waiting: [], active: 0 }
    this.#lanes.set(name, lane)
    return lane
  }

  #advance(name: string, lane: Lane): void {
    const width = this.#rule?.width ?? Infinity
    while (lane.active < width && !this.#isBlocked(name)) {
      const delivery = lane.waiting.shift()
      if (!delivery) break
      lane.active++
      this.#work(async () => {
        await this.#deliver(delivery)
        lane.active--
        this.#advance(name, lane)
      })
    }
    if (lane.active === 0 && lane.waiting.length === 0) this.#lanes.delete(name)
  }

  #isBlocked(lane: string): boolean {
    if (this.subscription.options.afterDeadLetter !== 'block') return false
    return this.#dead.events().some((event) => laneOf(event, this.#rule) === lane)
  }

  #work(work: () => Promise<void>): void {
    const done = work().finally(() => this.#working.delete(done))
    this.#working.add(done)
  }

  async #deliver(delivery: Delivery): Promise<void> {
    while (await this.#pause(delivery)) {
      const settled = await this.#turn(() => this.#attempt(delivery))
      if (settled) return
      if (!this.#rule?.ordered) return void this.#enter(delivery)
    }
  }

  /** True when it is the delivery's time; false where the bus stops before. */
  async #pause(delivery: Delivery): Promise<boolean> {
    const { signal } = this.#stopping
    const { pause } = delivery
    delivery.pause = 0
    if (pause > 0) await delay(pause * 1000, undefined, { signal }).catch(() => undefined)
    return !signal.aborted
  }

  /** True where the event is applied, or given up. */
  async #attempt(delivery: Delivery): Promise<boolean> {
    // It may have waited for its turn until the bus stopped.
    if (this.#stopping.signal.aborted) return true
    try {
      await this.apply(delivery.event, delivery.attempt)
      return true
    } catch (error) {
      return this.#fail(delivery, error)
    }
  }

  /** True where the event is given up. */
  #fail(delivery: Delivery, error: unknown): boolean {
    const { event, attempt } = delivery
    const facts = { err: error, eventId: event.id, attempt }
    if (this.#stopping.signal.aborted) {
      // A handler that was told to stop has not failed.
      this.log.warn(facts, 'a handler did not end before the bus stopped; its event is lost')
      return true
    }
    const { limit, baseSeconds, maxSeconds } = this.#retry
    const waits = error instanceof RetryLater
    if (!waits && (attempt > limit || isHopeless(error, this.#retry, this.log))) {
      this.#dead.add(event, error)
      return true
    }
    this.log.warn(facts, 'a handler failed; it will be tried again')
    delivery.pause = waits
      ? pauseSeconds(error.seconds)
      : Math.min(maxSeconds, baseSeconds * 2 ** (attempt - 1))
    if (!waits) delivery.attempt++
    return false
  }
}
