import { token } from '../plugins/token.js'

/**
 * A unit of work that commits or rolls back as a whole. What can be done inside is added by the package
 * that stores the data: `@titanforge/database` adds `query`.
 *
 * @example
 * const heard: string[] = []
 * await createForge({ plugins: [] }).get(UnitOfWork).transaction(async (tx: Transaction) => {
 *   tx.onCommit(() => heard.push('committed'))
 * })
 * heard // ['committed']
 */
export interface Transaction {
  /** Runs after a commit that was confirmed, never after a rollback. Must not throw. */
  onCommit(hook: () => void): void
}

/**
 * Opens transactions. Provided by the database, or by the in-memory bus where there is none.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const forge = createForge({ plugins: [] })
 * await forge.get(UnitOfWork).transaction((tx) => forge.get(EventBus).publish(tx, sold, 'a hat'))
 */
export interface UnitOfWork {
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
}
export const UnitOfWork = token<UnitOfWork>('UnitOfWork')
