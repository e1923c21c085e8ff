import type { Logger } from '@titanforge/core'
import type { LaneRule } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import type { EventsConfig } from '../config.js'
import type { Channel } from './channel.js'
import { goOnWithReplay, unfinishedReplays } from '../replay.js'
import { GIVE_BACK_OVERDUE } from './claim.js'
import { warnOfLongTransaction } from './long-transaction.js'
import type { Worker } from './worker.js'

export type DispatcherSettings = Pick<
  EventsConfig,
  'longTransactionSeconds' | 'pollSeconds' | 'retryBaseSeconds' | 'retryMaxSeconds'
>

interface DueRow {
  consumer: string
  lane_by: LaneRule['by'] | null
  lane_width: number
  ordered: boolean
  /** Milliseconds until something may be due, by the database's clock; null where nothing waits. */
  in_ms: number | null
  has_suspects: boolean
}

// Each part of the index is read from its beginning only.
const DUE = `
  SELECT consumer, lane_by, lane_width, ordered, extract(epoch FROM least(
    (SELECT due_at FROM event_deliveries d
     WHERE d.consumer = c.consumer AND lane IS NULL AND NOT retried ORDER BY due_at LIMIT 1),
    (SELECT due_at FROM event_deliveries d
     WHERE d.consumer = c.consumer AND lane IS NULL AND retried ORDER BY due_at LIMIT 1),
    (SELECT now() FROM event_deliveries d WHERE d.consumer = c.consumer AND lane IS NOT NULL LIMIT 1)
  ) - now())::float8 * 1000 AS in_ms,
  EXISTS (SELECT 1 FROM event_deliveries d
          WHERE d.consumer = c.consumer AND lost > 1 AND claim IS NULL AND due_at <= now()) AS has_suspects
  FROM event_consumers c WHERE consumer = ANY($1)`

/**
 * Wakes the workers of this process: by what it publishes itself, by notifications of other processes, and
 * by polling, which finds retries that come due, claims that ran out and whatever a notification missed.
 */
export class Dispatcher {
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #pollMs: number
  #poll: NodeJS.Timeout | undefined
  /** When to look for long transactions again. */
  #nextLookMs = 0
  #replaying: Promise<void> | undefined
  readonly #stopping = new AbortController()

  constructor(
    private readonly db: Pick<Database, 'query'>,
    private readonly workers: ReadonlyMap<string, Worker>,
    private readonly settings: DispatcherSettings,
    private readonly log: Logger,
  ) {
    this.#pollMs = settings.pollSeconds * 1000
  }

  async start(channel: Channel): Promise<void> {
    await channel.listen((consumers) => this.wake(consumers))
    this.wake([])
    this.#replay()
    this.#pollLater()
  }

  /** @param consumers who has something to do; an empty list stands for all. */
  wake(consumers: readonly string[]): void {
    if (this.#isStopped) return
    const chosen = consumers.length > 0 ? consumers : this.workers.keys()
    for (const consumer of chosen) this.workers.get(consumer)?.wake()
  }

  async stop(drainMs: number): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#poll)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    const workers = [...this.workers.values()]
    const stops = [
      this.#replaying ?? Promise.resolve(),
      ...workers.map((worker) => worker.stop(drainMs)),
    ]
    for (const stop of await Promise.allSettled(stops)) {
      if (stop.status === 'rejected') {
        // Its claims run out by themselves.
        this.log.warn({ err: stop.reason as unknown }, 'events at work could not be given back')
      }
    }
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted
  }

  #pollLater(): void {
    if (this.#isStopped || this.workers.size === 0) return
    this.#poll = setTimeout(() => {
      void this.#lookForDue().finally(() => this.#pollLater())
    }, this.#pollMs)
  }

  async #lookForDue(): Promise<void> {
    try {
      const consumers = [...this.workers.keys()]
      const { retryBaseSeconds, retryMaxSeconds } = this.settings
      await this.db.query(GIVE_BACK_OVERDUE, [consumers, retryBaseSeconds, retryMaxSeconds])
      await this.#lookForLongTransaction()
      this.#replay()
      const rows = await this.db.query<DueRow>(DUE, [consumers])
      for (const row of rows) {
        this.workers.get(row.consumer)?.follow(ruleOf(row))
        if (row.has_suspects) this.workers.get(row.consumer)?.handleSuspects()
        if (row.in_ms === null) continue
        if (row.in_ms <= 0) this.wake([row.consumer])
        else if (row.in_ms < this.#pollMs) this.#wakeIn(row.consumer, row.in_ms)
      }
    } catch (error) {
      this.log.warn({ err: error }, 'the database does not answer; looking for events again soon')
    }
  }

  /** Goes on with what a new consumer wants to hear of the past, and with replays whose process has ended. */
  #replay(): void {
    this.#replaying ??= this.#goOnWithReplays()
      .catch((error: unknown) => {
        this.log.warn({ err: error }, 'a replay was interrupted; going on with it soon')
      })
      .finally(() => (this.#replaying = undefined))
  }

  async #goOnWithReplays(): Promise<void> {
    for (const id of await unfinishedReplays(this.db, [...this.workers.keys()])) {
      await goOnWithReplay(this.db, id, (name) => this.wake([name]), this.#stopping.signal)
    }
  }

  async #lookForLongTransaction(): Promise<void> {
    const { longTransactionSeconds } = this.settings
    if (performance.now() < this.#nextLookMs) return
    this.#nextLookMs = performance.now() + longTransactionSeconds * 500
    await warnOfLongTransaction(this.db, longTransactionSeconds, this.log)
  }

  #wakeIn(consumer: string, ms: number): void {
    clearTimeout(this.#timers.get(consumer))
    this.#timers.set(
      consumer,
      setTimeout(() => this.wake([consumer]), ms),
    )
  }
}

const ruleOf = ({ lane_by: by, lane_width: width, ordered }: DueRow): LaneRule | undefined =>
  by === null ? undefined : { by, width, ordered }
