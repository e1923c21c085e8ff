import { definePlugin } from './plugin.js'
import { UnitOfWork, type Transaction } from './transaction.js'

class MemoryTransaction implements Transaction {
  readonly #hooks: (() => void)[] = []

  onCommit(hook: () => void) {
    this.#hooks.push(hook)
  }

  commit() {
    for (const hook of this.#hooks) hook()
  }
}

/** Transactions of an application without a database: what they publish is delivered, or not, as a whole. */
export class MemoryUnitOfWork implements UnitOfWork {
  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const tx = new MemoryTransaction()
    const result = await work(tx)
    tx.commit()
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
  setup: () => ({ services: { unitOfWork: new MemoryUnitOfWork() } }),
})
