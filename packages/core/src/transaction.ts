import { token } from './token.js'

/**
 * A unit of work that commits or rolls back as a whole. What can be done inside is added by the package
 * that stores the data: `@titanforge/database` adds `query`.
 */
export interface Transaction {
  /** Runs after a commit that was confirmed, never after a rollback. Must not throw. */
  onCommit(hook: () => void): void
}

/** Opens transactions. Provided by the database, or by the in-memory bus where there is none. */
export interface UnitOfWork {
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
}
export const UnitOfWork = token<UnitOfWork>('UnitOfWork')
