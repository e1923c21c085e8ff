import type { Transaction } from '@titanforge/core'
import type { Database } from '../database.js'

/** While one transaction commits, another gathers what comes. */
const AT_ONCE = 2
const LARGEST = 500

/** Errors that say nothing about what was to be stored, so that storing it alone would fail as well. */
const OF_THE_DATABASE = new Set([
  'COMMIT_UNKNOWN',
  'DATABASE_BUSY',
  'DATABASE_NOT_STARTED',
  'DATABASE_UNREACHABLE',
  'STATEMENT_TIMED_OUT',
])

interface Waiting<Item, Result> {
  item: Item
  settle: PromiseWithResolvers<Result>
}

/**
 * Lets writes that come at the same moment, such as webhooks, share a transaction, and so a commit. Each
 * caller is answered when its own is committed, and none fails for another.
 *
 * @example
 * const visits = new GroupCommit(db, async (tx, urls: readonly string[]) => {
 *   await tx.query('INSERT INTO visits (url) SELECT unnest($1::text[])', [urls])
 *   return urls.map(() => 'noted')
 * })
 * await visits.add('/pricing')
 */
export class GroupCommit<Item, Result> {
  readonly #waiting: Waiting<Item, Result>[] = []
  #writing = 0
  /** How many were in the transaction that began last. */
  #lastSize = 0

  /**
   * @param store stores all items or throws, and answers for each in its place. Where it throws, or the
   * transaction fails, it is called again for each item alone, in a new transaction.
   */
  constructor(
    private readonly db: Pick<Database, 'transaction'>,
    private readonly store: (tx: Transaction, items: readonly Item[]) => Promise<readonly Result[]>,
  ) {}

  /**
   * Resolves when the item is committed.
   *
   * @throws what `store` throws for it alone, or what `transaction` of the database throws: then it is not
   * stored, but for COMMIT_UNKNOWN, where nobody knows.
   */
  add(item: Item): Promise<Result> {
    const settle = Promise.withResolvers<Result>()
    this.#waiting.push({ item, settle })
    // What else comes in this turn of the event loop joins it.
    const { length } = this.#waiting
    if (length === 1 || length === this.#lastSize) setImmediate(() => this.#write())
    return settle.promise
  }

  #write(): void {
    while (this.#waiting.length > 0 && this.#writing < AT_ONCE) {
      // Another beside it is worth its while where it is as large; else it gathers more, for the same price.
      if (this.#writing > 0 && this.#waiting.length < this.#lastSize) return
      const batch = this.#waiting.splice(0, LARGEST)
      this.#lastSize = batch.length
      this.#writing++
      void this.#commit(batch).finally(() => {
        this.#writing--
        this.#write()
      })
    }
  }

  async #commit(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const items = batch.map(({ item }) => item)
      const results = await this.db.transaction((tx) => this.store(tx, items))
      for (const [n, { settle }] of batch.entries()) settle.resolve(results[n] as Result)
    } catch (error) {
      if (batch.length > 1 && !isOfTheDatabase(error)) {
        for (const one of batch) await this.#commit([one])
      } else for (const { settle } of batch) settle.reject(error)
    }
  }
}

const isOfTheDatabase = (error: unknown) =>
  OF_THE_DATABASE.has((error as { code?: string } | undefined)?.code ?? '')
