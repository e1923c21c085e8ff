/**
 * Lets deliveries be handled side by side, or one with nothing else at work in this process. What has ended
 * its process before may do it again, and then must not take others' attempts with it. But a slow one must
 * not stop the others: what ends a process mostly does so soon, so they do not wait for long, and what is
 * slower may cost them an attempt. Only the next that may end the process waits until it is over.
 */
export class Solitude {
  #inside = 0
  /** Closed while somebody is alone, or waits to be, but not for long. */
  #door: Promise<void> | undefined
  /** Ends with whoever is alone, however long that takes. */
  #alone: Promise<void> | undefined
  #emptied: (() => void) | undefined

  /** @param aloneMs how long one waits for the others to end, and then keeps them out, at most. */
  constructor(private readonly aloneMs: number) {}

  async together<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#door) await this.#door
    return this.#enter(work)
  }

  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#alone) await this.#alone
    const door = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    this.#door = door.promise
    this.#alone = over.promise
    await this.#empty()
    const open = () => {
      this.#door = undefined
      door.resolve()
    }
    const timer = setTimeout(open, this.aloneMs)
    try {
      return await this.#enter(work)
    } finally {
      clearTimeout(timer)
      open()
      this.#alone = undefined
      over.resolve()
    }
  }

  async #enter<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#inside++
    try {
      return await work()
    } finally {
      this.#inside--
      if (this.#inside === 0) this.#emptied?.()
    }
  }

  /** Resolves when nobody is at work any more, or when that takes too long. */
  async #empty(): Promise<void> {
    if (this.#inside === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#emptied = resolve
    const timer = setTimeout(resolve, this.aloneMs)
    await promise
    clearTimeout(timer)
    this.#emptied = undefined
  }
}
