/**
 * Lets deliveries be handled side by side, or one with nothing else at work in this process. What has ended
 * its process before may do it again, and then must not take others' attempts with it.
 */
export class Solitude {
  #inside = 0
  /** Closed while somebody is alone, or waits to be. */
  #door: Promise<void> | undefined
  #emptied: (() => void) | undefined

  async together<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#door) await this.#door
    this.#inside++
    try {
      return await work()
    } finally {
      this.#inside--
      if (this.#inside === 0) this.#emptied?.()
    }
  }

  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#door) await this.#door
    const door = Promise.withResolvers<undefined>()
    this.#door = door.promise
    try {
      if (this.#inside > 0) await new Promise<void>((resolve) => (this.#emptied = resolve))
      return await work()
    } finally {
      this.#emptied = undefined
      this.#door = undefined
      door.resolve(undefined)
    }
  }
}
