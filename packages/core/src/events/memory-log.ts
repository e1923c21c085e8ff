import type { ReplayRange } from './event-bus.js'
import type { EventEnvelope } from './event.js'

/** An event, and its place among all. */
export interface LoggedEvent {
  readonly event: EventEnvelope
  readonly position: number
}

/** How many past events a replay can reach; memory is not a store. */
const REMEMBERED = 10_000

/** The last events that were committed, in their order. */
export class MemoryLog {
  readonly #events: LoggedEvent[] = []
  #position = 0

  append(event: EventEnvelope): LoggedEvent {
    const logged = { event, position: ++this.#position }
    if (this.#events.push(logged) > REMEMBERED) this.#events.shift()
    return logged
  }

  /** The events of one type, by the time when they happened. */
  select(type: string, { from, to }: ReplayRange): LoggedEvent[] {
    return this.#events.filter(
      ({ event }) =>
        event.type === type &&
        (!from || event.occurredAt >= from) &&
        (!to || event.occurredAt < to),
    )
  }
}
