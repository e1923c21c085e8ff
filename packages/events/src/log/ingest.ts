import { token, type EventType, type Published, type PublishOptions } from '@titanforge/core'
import { envelope } from '@titanforge/core/bus'
import { GroupCommit, type Database } from '@titanforge/database'
import type { Append, Incoming } from './append.js'
import { byType } from './by-type.js'

/**
 * Takes events in that come from outside by themselves, such as webhooks: what comes at the same moment
 * shares a transaction. Where the caller has anything else to write, it publishes in its own transaction, or
 * in that of a GroupCommit of its own.
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

interface Ingested extends Incoming {
  type: string
}

export class GroupIngest implements EventIngest {
  readonly #commit: GroupCommit<Ingested, Published>

  constructor(db: Pick<Database, 'transaction'>, append: Append) {
    this.#commit = new GroupCommit(db, async (tx, ingested: readonly Ingested[]) => {
      const published = new Map<Ingested, Published>()
      for (const [type, alike] of byType(ingested)) {
        const { stored } = await append(tx, type, alike)
        for (const [n, one] of alike.entries()) published.set(one, stored[n] as Published)
      }
      return ingested.map((one) => published.get(one) as Published)
    })
  }

  async ingest<Payload>(
    type: EventType<Payload>,
    payload: Payload,
    options: PublishOptions = {},
  ): Promise<Published> {
    return this.#commit.add({ type: type.name, event: envelope(type, payload, options), options })
  }
}
