import type { Transaction } from '@titanforge/core'

/** One step of a plugin's schema. Runs inside a transaction, under the migration lock. */
export interface Migration {
  /** Unique in the plugin and sorting in order, such as `0001-users`. */
  readonly name: string
  up(tx: Transaction): Promise<void>
  /** Undoes `up`. */
  down(tx: Transaction): Promise<void>
}

/**
 * A migration of plain SQL, one or many statements.
 *
 * @example
 * export const forecasts = sqlMigration('0001-forecasts', {
 *   up: 'CREATE TABLE forecasts (id uuid PRIMARY KEY)',
 *   down: 'DROP TABLE forecasts',
 * })
 */
export function sqlMigration(name: string, sql: { up: string; down: string }): Migration {
  const run = (text: string) => async (tx: Transaction) => void (await tx.query(text))
  return Object.freeze({ name, up: run(sql.up), down: run(sql.down) })
}
