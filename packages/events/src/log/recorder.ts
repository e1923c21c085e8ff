import { token, type EventType, type Logger, type PublishOptions } from '@titanforge/core'
import { envelope } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import type { Append, Incoming } from './append.js'

/**
 * Writes events down that come at a high rate and of which each alone matters little, such as API calls:
 * many in one statement, soon after. What must not be lost is published instead, in a transaction.
 */
export interface EventRecorder {
  /**
   * Takes the event and writes it down within a moment; a graceful stop writes down the last one. Where
   * the database is away it is kept, up to 10,000 events; then the oldest are dropped, and the log says
   * how many.
   *
   * @throws INPUT_INVALID where the payload does not fit the event's schema.
   */
  record<Payload>(type: EventType<Payload>, payload: Payload, options?: PublishOptions): void
}
export const EventRecorder = token<EventRecorder>('EventRecorder')

interface Recorded extends Incoming {
  type: string
}

const FLUSH_MS = 200
const BATCH = 500
const CAPACITY = 10_000

export class BatchRecorder implements EventRecorder {
  #waiting: Recorded[] = []
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> | undefined
  #dropped = 0

  constructor(
    private readonly db: Pick<Database, 'transaction'>,
    private readonly append: Append,
    private readonly log: Logger,
  ) {}

  record<Payload>(type: EventType<Payload>, payload: Payload, options: PublishOptions = {}): void {
    // When it happened is now, not when it is written down.
    const dated = { occurredAt: new Date(), ...options }
    const event = envelope(type, payload, dated)
    this.#waiting.push({ type: type.name, event, options: dated })
    if (this.#waiting.length > CAPACITY) {
      this.#waiting.shift()
      this.#dropped++
    }
    if (this.#waiting.length >= BATCH) void this.flush()
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS)
  }

  /** Writes down what waits. Where that fails, it waits on. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing ??= this.#write().finally(() => (this.#flushing = undefined))
    return this.#flushing
  }

  /** Writes down the last ones. */
  async close(): Promise<void> {
    await this.#flushing
    await this.flush()
    clearTimeout(this.#timer)
    if (this.#waiting.length > 0) {
      this.log.error({ count: this.#waiting.length }, 'recorded events were lost at the stop')
    }
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH)
      try {
        await this.db.transaction(async (tx) => {
          for (const [type, incoming] of Map.groupBy(batch, (one) => one.type)) {
            await this.append(tx, type, incoming)
          }
        })
      } catch (error) {
        this.#waiting = [...batch, ...this.#waiting]
        this.log.warn(
          { err: error, waiting: this.#waiting.length },
          'recorded events wait for the database',
        )
        this.#timer ??= setTimeout(() => void this.flush(), 10 * FLUSH_MS)
        return
      }
    }
    if (this.#dropped > 0) this.log.error({ count: this.#dropped }, 'recorded events were dropped')
    this.#dropped = 0
  }
}
