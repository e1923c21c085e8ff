import type { Logger } from '@titanforge/core'
import { BatchSize } from './batch-size.js'
import type { Claim } from './claim.js'
import type { Consumer } from './consumer.js'

/** Slots of a consumer whose handlers are short: while one transaction commits, others are under way. */
const SHORT_SLOTS = 3
/** Slots of a consumer whose handlers wait for the world outside. */
const SLOW_SLOTS = 10

type Source = (free: number) => Promise<Claim[]>

/**
 * Keeps one consumer of this process busy: claims deliveries and has them handled, as many at once as it
 * has slots. It sleeps when nothing is due, until it is woken.
 */
export class Worker {
  readonly #sources: readonly Source[]
  readonly #slots: number
  readonly #batch = new BatchSize()
  readonly #held = new Set<Claim>()
  readonly #handling = new Set<Promise<void>>()
  #next = 0
  #last = 0
  #awake = false
  #claiming: Promise<void> | undefined
  #stopped = false

  constructor(
    private readonly consumer: Consumer,
    concurrency: number | undefined,
    private readonly log: Logger,
  ) {
    const { queue, isSlow } = consumer
    this.#slots = concurrency ?? (isSlow ? SLOW_SLOTS : SHORT_SLOTS)
    this.#sources = [
      (free) => queue.claimFresh(isSlow ? free : this.#batch.size),
      () => queue.claimRetried(),
      ...(queue.hasLanes
        ? [
            (free: number) => queue.claimFreshFromLanes(isSlow ? free : this.#batch.size),
            () => queue.claimRetriedFromLanes(),
          ]
        : []),
    ]
  }

  /** There may be something to do. */
  wake(): void {
    this.#awake = true
    this.#claiming ??= this.#claimWhileAwake().finally(() => {
      this.#claiming = undefined
      if (this.#awake && this.#free > 0 && !this.#stopped) this.wake()
    })
  }

  /** Claims nothing more. Resolves when everything is settled, or gives it back after the time. */
  async stop(drainMs: number): Promise<void> {
    this.#stopped = true
    await this.#claiming
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, drainMs)))
    await Promise.race([Promise.all(this.#handling), late])
    clearTimeout(timer)
    if (this.#held.size > 0) await this.#giveBack()
  }

  async #giveBack(): Promise<void> {
    const claims = [...this.#held]
    const events = claims.map(({ event }) => event.id)
    this.log.warn({ events }, 'handlers did not end in time; their events are given back')
    await this.consumer.breakOff(claims)
  }

  get #free(): number {
    return this.#slots - this.#handling.size
  }

  async #claimWhileAwake(): Promise<void> {
    while (this.#awake && this.#free > 0 && !this.#stopped) {
      this.#awake = false
      try {
        const claims = await this.#claim()
        if (claims.length === 0) continue
        this.#awake = true
        this.#begin(claims)
      } catch (error) {
        // The dispatcher looks again soon.
        this.log.warn({ err: error }, 'deliveries could not be claimed')
        return
      }
    }
  }

  /** Asks each source in turn: behind the one that had something last, or with it where none had any since. */
  async #claim(): Promise<Claim[]> {
    for (let asked = 0; asked < this.#sources.length; asked++) {
      const place = this.#next % this.#sources.length
      this.#next = place + 1
      const claims = await (this.#sources[place] as Source)(this.#free)
      if (claims.length === 0) continue
      this.#last = place
      return claims
    }
    this.#next = this.#last
    return []
  }

  #begin(claims: Claim[]): void {
    for (const part of this.consumer.isSlow ? claims.map((claim) => [claim]) : [claims]) {
      for (const claim of part) this.#held.add(claim)
      const began = performance.now()
      const handling = this.consumer.handle(part).finally(() => {
        this.#batch.note(part.length, performance.now() - began)
        for (const claim of part) this.#held.delete(claim)
        this.#handling.delete(handling)
        this.wake()
      })
      this.#handling.add(handling)
    }
  }
}
