import { token, type EventType, type Published, type PublishOptions } from '@titanforge/core'
import { envelope } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import type { Append, Incoming } from './append.js'
import { byType } from './by-type.js'
import { isRefused } from './storage-failure.js'

/**
 * Takes events in that come from outside by themselves, such as webhooks: what comes at the same moment
 * shares a transaction. Where the caller has anything else to write, it publishes in its own transaction.
 */
export interface EventIngest {
  /**
   * Resolves when the event is committed; its consumers then hear of it.
   *
   * @throws INPUT_INVALID where the payload does not fit the event's schema; or what the database throws: then
   * the event is not stored, but for COMMIT_UNKNOWN, where nobody knows.
   */
  ingest<Payload>(
    type: EventType<Payload>,
    payload: Payload,
    options?: PublishOptions,
  ): Promise<Published>
}
export const EventIngest = token<EventIngest>('EventIngest')

interface Waiting extends Incoming {
  type: string
  settle: PromiseWithResolvers<Published>
}

/** While one transaction commits, another gathers what comes. */
const AT_ONCE = 2
const LARGEST = 500

export class GroupIngest implements EventIngest {
  #waiting: Waiting[] = []
  #writing = 0

  constructor(
    private readonly db: Pick<Database, 'transaction'>,
    private readonly append: Append,
  ) {}

  async ingest<Payload>(
    type: EventType<Payload>,
    payload: Payload,
    options: PublishOptions = {},
  ): Promise<Published> {
    const event = envelope(type, payload, options)
    const settle = Promise.withResolvers<Published>()
    this.#waiting.push({ type: type.name, event, options, settle })
    // What else comes in this turn of the event loop joins it.
    if (this.#waiting.length === 1) setImmediate(() => this.#write())
    return settle.promise
  }

  #write(): void {
    while (this.#waiting.length > 0 && this.#writing < AT_ONCE) {
      const batch = this.#waiting.splice(0, LARGEST)
      this.#writing++
      void this.#store(batch).finally(() => {
        this.#writing--
        this.#write()
      })
    }
  }

  async #store(batch: readonly Waiting[]): Promise<void> {
    try {
      const published = await this.db.transaction(async (tx) => {
        const stored: (readonly [Waiting, Published])[] = []
        for (const [type, some] of byType(batch)) {
          const appended = await this.append(tx, type, some)
          some.forEach((one, index) =>
            stored.push([one, appended.stored[index] as Published] as const),
          )
        }
        return stored
      })
      for (const [one, result] of published) one.settle.resolve(result)
    } catch (error) {
      // One that cannot be stored must not take the others with it.
      if (batch.length > 1 && isRefused(error)) for (const one of batch) await this.#store([one])
      else for (const one of batch) one.settle.reject(error)
    }
  }
}
