import { token, type EventType, type Logger, type PublishOptions } from '@titanforge/core'
import { envelope } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import type { Append, Incoming } from './append.js'
import { byType } from './by-type.js'
import { isRefused } from './storage-failure.js'

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
/** After the database could not be reached. */
const PAUSE_MS = 2_000
const CAPACITY = 10_000

export class BatchRecorder implements EventRecorder {
  #waiting: Recorded[] = []
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> | undefined
  #dropped = 0
  /** Milliseconds since the epoch. */
  #pauseUntil = 0

  constructor(
    private readonly db: Pick<Database, 'transaction'>,
    private readonly append: Append,
    private readonly log: Logger,
  ) {}

  record<Payload>(type: EventType<Payload>, payload: Payload, options: PublishOptions = {}): void {
    // When it happened is now, not when it is written down.
    const dated = { ...options, occurredAt: options.occurredAt ?? new Date() }
    const event = envelope(type, payload, dated)
    this.#waiting.push({ type: type.name, event, options: dated })
    if (this.#waiting.length > CAPACITY) {
      this.#waiting.shift()
      this.#dropped++
    }
    if (this.#waiting.length >= BATCH && Date.now() >= this.#pauseUntil) void this.flush()
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS)
  }

  /** Writes down what waits. Where that fails, it waits on. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = undefined
      if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS)
    })
    return this.#flushing
  }

  /** Writes down the last ones. */
  async close(): Promise<void> {
    await this.#flushing
    await this.flush()
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting.length > 0) {
      this.log.error({ count: this.#waiting.length }, 'recorded events were lost at the stop')
    }
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH)
      try {
        await this.#store(batch)
      } catch (error) {
        this.#waiting = [...batch, ...this.#waiting]
        const waiting = this.#waiting.length
        this.log.warn({ err: error, waiting }, 'recorded events wait for the database')
        this.#pauseUntil = Date.now() + PAUSE_MS
        this.#timer ??= setTimeout(() => void this.flush(), PAUSE_MS)
        return
      }
    }
    if (this.#dropped > 0) this.log.error({ count: this.#dropped }, 'recorded events were dropped')
    this.#dropped = 0
  }

  /** What PostgreSQL refuses is dropped, and takes no other with it. */
  async #store(batch: readonly Recorded[]): Promise<void> {
    try {
      await this.db.transaction(async (tx) => {
        for (const [type, incoming] of byType(batch)) await this.append(tx, type, incoming)
      })
    } catch (error) {
      if (!isRefused(error)) throw error
      if (batch.length > 1) for (const one of batch) await this.#store([one])
      else this.log.error({ err: error, type: batch[0]?.type }, 'a recorded event was refused')
    }
  }
}
