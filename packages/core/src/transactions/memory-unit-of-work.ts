import { CoreErrors } from '../errors/core-errors.js'
import { definePlugin } from '../plugins/plugin.js'
import type { Logger } from '../telemetry/logger.js'
import { UnitOfWork, type Transaction } from './transaction.js'

class MemoryTransaction implements Transaction {
  readonly #hooks: (() => void)[] = []
  #isOver = false

  /** @throws TRANSACTION_OVER, since nobody would ever run the hook. */
  onCommit(hook: () => void) {
    if (this.#isOver) throw CoreErrors.TRANSACTION_OVER()
    this.#hooks.push(hook)
  }

  end() {
    this.#isOver = true
  }

  /** The commit stands, whatever a hook does. */
  commit(log: Logger) {
    for (const hook of this.#hooks) {
      try {
        hook()
      } catch (error) {
        log.error({ err: error }, 'a hook failed after the commit')
      }
    }
  }
}

/** Transactions of an application without a database: what they publish is delivered, or not, as a whole. */
export class MemoryUnitOfWork implements UnitOfWork {
  constructor(private readonly log: Logger) {}

  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const tx = new MemoryTransaction()
    let result: Result
    // Awaited inside, since `work` may throw before it has a promise.
    try {
      result = await work(tx)
    } finally {
      tx.end()
    }
    tx.commit(this.log)
    return result
  }
}

/**
 * Provides transactions where there is no database.
 *
 * @example
 * createForge({ plugins: [memoryUnitOfWork()] }).get(UnitOfWork) // what every application has without it, too
 */
export const memoryUnitOfWork = definePlugin({
  name: 'memory-unit-of-work',
  provides: { unitOfWork: UnitOfWork },
  setup: ({ log }) => ({ services: { unitOfWork: new MemoryUnitOfWork(log) } }),
})
