import type { Logger } from '@titanforge/core'
import type { LaneRule } from '@titanforge/core/bus'
import type { Claim } from './claim.js'
import type { Consumer } from './consumer.js'
import type { Horizon } from './lookout.js'

interface Source {
  /** How many are asked for at once. */
  count(): number
  claim(count: number): Promise<Claim[]>
}

/**
 * Keeps one consumer of this process busy: claims deliveries and has them handled, as many at once as it
 * has slots. It sleeps when nothing is due, until it is woken.
 */
export class Worker {
  readonly #sources: Source[]
  readonly #slots: number
  readonly #held = new Set<Claim>()
  readonly #handling = new Set<Promise<void>>()
  /** The source to ask next. */
  #next = 0
  /** The source that had something last. */
  #last = 0
  /** How many sources, one after another, had less than was asked for; when all had, it is time to sleep. */
  #spent = 0
  #claiming: Promise<void> | undefined
  #suspecting: Promise<void> | undefined
  #stopped = false

  constructor(
    private readonly consumer: Consumer,
    concurrency: number,
    private readonly log: Logger,
  ) {
    const { queue, isSlow } = consumer
    this.#slots = concurrency
    const many = () => (isSlow ? this.#free : consumer.batch.size)
    const one = () => 1
    this.#sources = [
      { count: many, claim: (count) => queue.claimFresh(count) },
      { count: one, claim: () => queue.claimRetried() },
      { count: many, claim: (count) => queue.claimFreshFromLanes(count) },
      { count: one, claim: () => queue.claimRetriedFromLanes() },
    ]
  }

  /** Goes by the rule of lanes that was registered last, and looks no further back than the horizon. */
  follow(rule: LaneRule | undefined, horizon: Horizon): void {
    this.consumer.queue.follow(rule, horizon)
  }

  /** There is something that may have ended its process. */
  handleSuspects(): void {
    this.#suspecting ??= this.consumer
      .handleSuspects(async (claim, work) => {
        this.#held.add(claim)
        await work.finally(() => this.#held.delete(claim))
      })
      .catch((error: unknown) => {
        this.log.warn({ err: error }, 'deliveries could not be claimed')
      })
      .finally(() => (this.#suspecting = undefined))
  }

  /** There may be something to do. */
  wake(): void {
    this.#spent = 0
    this.#claiming ??= this.#claimWhileAwake().finally(() => {
      this.#claiming = undefined
      if (this.#isAwake) this.wake()
    })
  }

  /** Claims nothing more. Resolves when everything is settled, or gives it back after the time. */
  async stop(drainMs: number): Promise<void> {
    this.#stopped = true
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, drainMs)))
    await Promise.race([this.#settled(), late])
    clearTimeout(timer)
    if (this.#held.size > 0) await this.#giveBack()
  }

  async #settled(): Promise<void> {
    await this.#claiming
    await Promise.all([this.#suspecting, ...this.#handling])
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

  get #isAwake(): boolean {
    return this.#spent < this.#sources.length && this.#free > 0 && !this.#stopped
  }

  async #claimWhileAwake(): Promise<void> {
    try {
      while (this.#isAwake) {
        const claims = await this.#claim()
        if (claims.length > 0) this.#begin(claims)
      }
    } catch (error) {
      // The dispatcher looks again soon.
      this.#spent = this.#sources.length
      this.log.warn({ err: error }, 'deliveries could not be claimed')
    }
  }

  /** Asks the sources in turn; after a sleep, first the one that had something last. */
  async #claim(): Promise<Claim[]> {
    const source = this.#sources[this.#next] as Source
    const count = source.count()
    this.#spent++
    const claims = await source.claim(count)
    if (claims.length > 0) this.#last = this.#next
    if (claims.length === count) this.#spent = 0
    const isLast = this.#spent === this.#sources.length
    this.#next = isLast ? this.#last : (this.#next + 1) % this.#sources.length
    // Few short ones are soon over and wake it again; to look for more now would hold up their commit.
    if (claims.length > 0 && this.#spent > 0 && !this.consumer.isSlow) {
      this.#spent = this.#sources.length
    }
    return claims
  }

  #begin(claims: Claim[]): void {
    for (const part of this.consumer.isSlow ? claims.map((claim) => [claim]) : [claims]) {
      for (const claim of part) this.#held.add(claim)
      const handling = this.consumer.handle(part).finally(() => {
        for (const claim of part) this.#held.delete(claim)
        this.#handling.delete(handling)
        this.wake()
      })
      this.#handling.add(handling)
    }
  }
}
