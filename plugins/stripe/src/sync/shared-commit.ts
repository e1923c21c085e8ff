/** Commits of one process that may be under way at once: while one is written, the next is filled. */
const AT_ONCE = 2
/** The most that one commit stores. */
const MOST = 200

interface Waiting<Item, Result> {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * Stores what arrives while commits are under way together, in the next one. Nothing waits where nothing
 * is under way. Where a shared commit fails, each is stored by itself, so that none fails for another.
 */
export class SharedCommit<Item, Result> {
  readonly #waiting: Waiting<Item, Result>[] = []
  #underWay = 0

  /** @param store stores all or none, and answers for each in its place. */
  constructor(private readonly store: (items: readonly Item[]) => Promise<Result[]>) {}

  /** Resolves when it is committed. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#next()
    })
  }

  #next(): void {
    while (this.#underWay < AT_ONCE && this.#waiting.length > 0) {
      this.#underWay++
      void this.#commit(this.#waiting.splice(0, MOST)).finally(() => {
        this.#underWay--
        this.#next()
      })
    }
  }

  async #commit(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.store(batch.map(({ item }) => item))
      for (const [n, result] of results.entries()) batch[n]?.resolve(result)
    } catch (error) {
      if (batch.length === 1) return batch[0]?.reject(error)
      await Promise.all(batch.map((one) => this.#commit([one])))
    }
  }
}
