/** Calls back after a while, until all pauses are ended: by one timer each, and nothing to listen to. */
export class MemoryPauses {
  readonly #ends = new Set<() => void>()
  #ended = false

  /** Resolves when it has called back, or the pauses were ended. */
  after(seconds: number, then: () => void): Promise<void> {
    if (this.#ended) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    const end = () => {
      clearTimeout(timer)
      this.#ends.delete(end)
      resolve()
    }
    const timer = setTimeout(() => {
      then()
      end()
    }, seconds * 1000)
    this.#ends.add(end)
    return promise
  }

  endAll(): void {
    this.#ended = true
    for (const end of this.#ends) end()
  }
}
