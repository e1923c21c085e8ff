import type { Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { EventsConfig } from '../config.js'
import type { Channel } from './channel.js'
import { goOnWithReplay, unfinishedReplays } from '../replay.js'
import { Lookout, NO_HORIZON, type Prospect } from './lookout.js'
import { warnOfLongTransaction } from './long-transaction.js'
import type { Worker } from './worker.js'

export type DispatcherSettings = Pick<
  EventsConfig,
  'longTransactionSeconds' | 'pollSeconds' | 'retryBaseSeconds' | 'retryMaxSeconds'
>

/** Up to this time a look at everything is for nothing, in milliseconds. */
const CHEAP_LOOK_MS = 10
/** Looks at everything take one part of so many of the time, */
const LOOK_SHARE = 20
/** but one is made at least this often, in milliseconds. */
const FAR_LOOK_MS = 30_000

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
  readonly #lookout: Lookout
  /** When to look at everything again. */
  #nextFarLookMs = 0
  #isFarCheap = true
  #replaying: Promise<void> | undefined
  readonly #stopping = new AbortController()

  constructor(
    private readonly db: Pick<Database, 'query'>,
    private readonly workers: ReadonlyMap<string, Worker>,
    private readonly settings: DispatcherSettings,
    private readonly log: Logger,
  ) {
    this.#pollMs = settings.pollSeconds * 1000
    this.#lookout = new Lookout(db, [...workers.keys()], settings)
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
      await this.#lookForLongTransaction()
      this.#replay()
      for (const { consumer, rule, inMs, hasSuspects, horizon } of await this.#look()) {
        const worker = this.workers.get(consumer)
        // Where it costs nothing to look at everything, claims find what commits late at once.
        worker?.follow(rule, this.#isFarCheap ? NO_HORIZON : horizon)
        if (hasSuspects) worker?.handleSuspects()
        if (inMs === null) continue
        if (inMs <= 0) this.wake([consumer])
        else if (inMs < this.#pollMs) this.#wakeIn(consumer, inMs)
      }
    } catch (error) {
      this.log.warn({ err: error }, 'the database does not answer; looking for events again soon')
    }
  }

  /** Looks at everything as often as that takes little of the time, and nearby otherwise. */
  async #look(): Promise<Prospect[]> {
    const began = performance.now()
    const far = began >= this.#nextFarLookMs
    const prospects = await this.#lookout.look(far)
    const ms = performance.now() - began
    if (far) {
      this.#isFarCheap = ms <= CHEAP_LOOK_MS
      this.#nextFarLookMs = began + Math.min(ms * LOOK_SHARE, FAR_LOOK_MS)
    }
    return prospects
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
