import type { LaneRule } from './lane.js'
import type { MemoryDelivery } from './memory-delivery.js'

/** Deliveries of which only some may be handled at once. */
interface Lane {
  /** In order, by their positions. */
  readonly waiting: MemoryDelivery[]
  /** How many places have been asked for that are not there yet. */
  called: number
  active: number
}

interface LanesParts {
  attempt(delivery: MemoryDelivery): Promise<void>
  /** Begins when the consumer has a place. */
  begin(work: () => Promise<void>): void
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
    this.advance(name)
  }

  /** To be called when lanes may not be blocked any more. */
  advanceAll(): void {
    for (const name of [...this.#lanes.keys()]) this.advance(name)
  }

  /**
   * To be called when something in a lane came due. Asks for a place for each that may be handled. Which one
   * it is, is seen when the place is there.
   */
  advance(name: string): void {
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
    const { waiting, called, active } = lane
    if (waiting.length + called + active === 0) this.#lanes.delete(name)
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
    this.advance(name)
  }

  /** The first of a lane, where it may be handled now. */
  #first(name: string, { waiting: [first] }: Lane): MemoryDelivery | undefined {
    return first?.isDue && !this.parts.isBlocked(name) ? first : undefined
  }
}

/** Where it belongs among others that are in order. */
const placeOf = ({ position }: MemoryDelivery, waiting: readonly MemoryDelivery[]) =>
  waiting.findLastIndex((other) => other.position < position) + 1
