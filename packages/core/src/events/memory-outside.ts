import type { Transaction } from '../transactions/transaction.js'
import type { Published } from './event-bus.js'
import type { EventEnvelope } from './event.js'

/** An event from outside. Whichever of several transactions stores it, it has the id of the first. */
interface Outside {
  readonly id: string
  isCommitted: boolean
}

/** Which events from outside the bus in memory knows, so that each comes once. */
export class MemoryOutside {
  /** By source and external id. */
  readonly #all = new Map<string, Outside>()
  readonly #published = new WeakMap<Transaction, Set<Outside>>()

  /** @param dispatch is called after the first commit, with the event as it is stored. */
  store(
    tx: Transaction,
    event: EventEnvelope,
    dispatch: (event: EventEnvelope) => void,
  ): Published {
    // Neither has a NUL.
    const identity = `${event.source}\0${event.externalId}`
    const outside = this.#all.get(identity) ?? { id: event.id, isCommitted: false }
    const { id } = outside
    const correlationId = event.causationId === null ? id : event.correlationId
    tx.onCommit(() => {
      // Another transaction may have committed the same event meanwhile.
      if (outside.isCommitted) return
      outside.isCommitted = true
      dispatch({ ...event, id, correlationId })
    })
    const published = this.#published.get(tx) ?? new Set()
    const duplicate = outside.isCommitted || published.has(outside)
    this.#all.set(identity, outside)
    this.#published.set(tx, published.add(outside))
    return { id, duplicate }
  }
}
