import { messageOf } from '../errors/errors.js'
import type { Logger } from '../telemetry/logger.js'
import type { DeadLetter, DeadLetterFilter } from './event-bus.js'
import type { EventEnvelope } from './event.js'
import type { LoggedEvent } from './memory-log.js'

interface Dead extends DeadLetter, LoggedEvent {}

/** The events that one consumer gave up. */
export class MemoryDeadLetters {
  readonly #dead = new Map<string, Dead>()

  constructor(
    private readonly consumer: string,
    private readonly log: Logger,
  ) {}

  list(): DeadLetter[] {
    return [...this.#dead.values()].map(
      ({ event: _event, position: _position, ...letter }) => letter,
    )
  }

  events(): EventEnvelope[] {
    return [...this.#dead.values()].map(({ event }) => event)
  }

  add({ event, position }: LoggedEvent, error: unknown): void {
    const { consumer } = this
    const id = this.#idOf(event.id)
    const letter = { id, consumer, eventId: event.id, at: new Date(), reason: messageOf(error) }
    this.#dead.set(id, { ...letter, event, position })
    this.log.error({ err: error, eventId: event.id }, 'an event became a dead letter')
  }

  take({ ids }: DeadLetterFilter): Dead[] {
    const taken = [...this.#dead.values()].filter((dead) => !ids || ids.includes(dead.id))
    for (const { id } of taken) this.#dead.delete(id)
    return taken
  }

  /** Forgets what is delivered again. */
  forget({ id }: EventEnvelope): void {
    this.#dead.delete(this.#idOf(id))
  }

  #idOf(eventId: string): string {
    return `${this.consumer}:${eventId}`
  }
}
