import type { Transaction } from '@titanforge/core'
import type { Database } from '../database.js'

/** While one transaction commits, what comes gathers for the next; where it takes too long, for one beside it. */
const AT_ONCE = 2
const LARGEST = 500
/** So long one waits for others to share a transaction with, at most, in milliseconds. */
const FOR_COMPANY_MS = 100

/** The database does not take anything now. */
const AWAY = new Set([
  'DATABASE_BUSY',
  'DATABASE_NOT_STARTED',
  'DATABASE_REFUSED',
  'DATABASE_UNREACHABLE',
])

/** Errors after which a group is not tried item by item: they say nothing about what was to be stored. */
const OF_THE_DATABASE = new Set([...AWAY, 'COMMIT_UNKNOWN', 'STATEMENT_TIMED_OUT'])

interface Failure {
  reason: unknown
}

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
  #patience: NodeJS.Timeout | undefined

  /**
   * @param store stores all items or throws, and answers for each in its place. Where it throws, or the
   * transaction fails, it is called again for each item alone, in a new transaction, as long as the database
   * answers.
   * @param forCompanyMs how long one waits for others while a transaction is under way: one that hangs holds
   * up nobody else for longer.
   */
  constructor(
    private readonly db: Pick<Database, 'transaction'>,
    private readonly store: (tx: Transaction, items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly forCompanyMs = FOR_COMPANY_MS,
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
    if (length === 1 || length === LARGEST) setImmediate(() => this.#write())
    return settle.promise
  }

  #write(isPatient = true): void {
    clearTimeout(this.#patience)
    while (this.#waiting.length > 0 && this.#writing < AT_ONCE) {
      // The fewer transactions, the less each item costs.
      if (isPatient && this.#writing > 0 && this.#waiting.length < LARGEST) {
        this.#patience = setTimeout(() => this.#write(false), this.forCompanyMs)
        return
      }
      const batch = this.#waiting.splice(0, LARGEST)
      this.#writing++
      void this.#commit(batch).finally(() => {
        this.#writing--
        this.#write()
      })
    }
  }

  async #commit(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    const failure = await this.#store(batch)
    if (failure === undefined) return
    if (batch.length === 1 || OF_THE_DATABASE.has(codeOf(failure)))
      return void rejectAll(batch, failure)
    await this.#commitEach(batch)
  }

  /** Where the database goes away meanwhile, those that are left hear so at once. */
  async #commitEach(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    for (const [n, one] of batch.entries()) {
      const failure = await this.#store([one])
      if (failure === undefined) continue
      if (AWAY.has(codeOf(failure))) return void rejectAll(batch.slice(n), failure)
      rejectAll([one], failure)
    }
  }

  /** Answers each of the batch, or says why none of it is stored. */
  async #store(batch: readonly Waiting<Item, Result>[]): Promise<Failure | undefined> {
    try {
      const items = batch.map(({ item }) => item)
      const results = await this.db.transaction((tx) => this.store(tx, items))
      for (const [n, { settle }] of batch.entries()) settle.resolve(results[n] as Result)
      return undefined
    } catch (reason) {
      return { reason }
    }
  }
}

const rejectAll = (
  batch: readonly { settle: { reject(reason: unknown): void } }[],
  { reason }: Failure,
) => {
  for (const { settle } of batch) settle.reject(reason)
}

const codeOf = ({ reason }: Failure) => (reason as { code?: string } | undefined)?.code ?? ''
