import type { LaneRule } from './lane.js'
import { isDue, type MemoryDelivery } from './memory-delivery.js'

/** Deliveries of which only some may be handled at once. */
interface Lane {
  /** In order, by their positions. */
  readonly waiting: MemoryDelivery[]
  /** How many places have been asked for that are not there yet. */
  called: number
  active: number
  /** The first one, where its time is being waited for. */
  awaited?: MemoryDelivery | undefined
}

interface LanesParts {
  attempt(delivery: MemoryDelivery): Promise<void>
  /** Begins when the consumer has a place. */
  begin(work: () => Promise<void>): void
  /** Calls back when it is time. */
  at(dueAt: number, then: () => void): void
  isBlocked(lane: string): boolean
}

/** The lanes of one consumer, each of which lets as many go on at once as the rule says. */
export class MemoryLanes {
  readonly #lanes = new Map<string, Lane>()

  constructor(
    private readonly rule: LaneRule,
    private readonly parts: LanesParts,
  ) {}

  enter(name: string, delivery: MemoryDelivery): void {
    const lane = this.#lanes.get(name) ?? { waiting: [], called: 0, active: 0 }
    this.#lanes.set(name, lane)
    const place = this.rule.ordered ? placeOf(delivery, lane.waiting) : lane.waiting.length
    lane.waiting.splice(place, 0, delivery)
    this.#advance(name)
  }

  /** Something may not be blocked any more. */
  advance(): void {
    for (const name of [...this.#lanes.keys()]) this.#advance(name)
  }

  /** Asks for a place for each that may be handled. Which one it is, is seen when the place is there. */
  #advance(name: string): void {
    const lane = this.#lanes.get(name)
    if (!lane) return
    while (
      lane.called < lane.waiting.length &&
      lane.called + lane.active < this.rule.width &&
      this.#first(name, lane)
    ) {
      lane.called++
      this.parts.begin(() => this.#handleFirst(name, lane))
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
      await this.parts.attempt(first)
      lane.active--
    }
    this.#advance(name)
  }

  /** The first of a lane, where it may be handled now. */
  #first(name: string, { waiting: [first] }: Lane): MemoryDelivery | undefined {
    return first && isDue(first) && !this.parts.isBlocked(name) ? first : undefined
  }

  #await(name: string, lane: Lane, first: MemoryDelivery): void {
    if (lane.awaited === first) return
    lane.awaited = first
    this.parts.at(first.dueAt, () => {
      if (lane.awaited === first) lane.awaited = undefined
      this.#advance(name)
    })
  }
}

/** Where it belongs among others that are in order. */
const placeOf = ({ position }: MemoryDelivery, waiting: readonly MemoryDelivery[]) =>
  waiting.findLastIndex((other) => other.position < position) + 1
