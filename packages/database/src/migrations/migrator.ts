import type { AnyPluginDefinition, Transaction } from '@titanforge/core'
import { Umzug, type UmzugStorage } from 'umzug'
import { DatabaseErrors } from '../errors.js'
import type { Migration } from './migration.js'

/** `unknown` is one that another version of the application has applied. */
export interface MigrationState {
  name: string
  state: 'applied' | 'pending' | 'unknown'
}

/** Only what migrations need of the database. */
export interface Transactions {
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
}

// One lock for all nodes, held to the end of the transaction; an arbitrary constant of this library.
const LOCK = 7_426_101

/**
 * Migrates the schema of every plugin: plugin order first, then the order of names. A run is one
 * transaction under an advisory lock, so two nodes that start at once migrate once, and a failing
 * migration leaves nothing behind.
 */
export class Migrator {
  readonly #migrations: { name: string; migration: Migration }[]

  /** @throws MIGRATION_NAME */
  constructor(
    private readonly db: Transactions,
    plugins: readonly AnyPluginDefinition[],
  ) {
    this.#migrations = plugins.flatMap(({ name: plugin, migrations = [] }) => {
      const sorted = migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      sorted.forEach((migration, index) => {
        if (sorted[index + 1]?.name !== migration.name) return
        throw DatabaseErrors.MIGRATION_NAME({ plugin, name: migration.name })
      })
      return sorted.map((migration) => ({ name: `${plugin}/${migration.name}`, migration }))
    })
  }

  /**
   * Applies what is pending. Resolves with the names, such as `auth/0001-users`.
   *
   * @throws MIGRATION_UNKNOWN where another version has migrated a plugin that has something pending here:
   * the two histories have parted.
   */
  async up(): Promise<string[]> {
    return this.#run(async (umzug, states) => {
      const behind = new Set(namesOf(states, 'pending').map(pluginOf))
      const parted = namesOf(states, 'unknown').find((name) => behind.has(pluginOf(name)))
      if (parted) throw DatabaseErrors.MIGRATION_UNKNOWN({ name: parted })
      return (await umzug.up()).map((m) => m.name)
    })
  }

  /**
   * Undoes the last `count` migrations that were applied, newest first. Resolves with their names.
   *
   * @throws MIGRATION_UNKNOWN where one of them is of another version.
   */
  async down(count = 1): Promise<string[]> {
    return this.#run(async (umzug, states, executed) => {
      const unknown = new Set(namesOf(states, 'unknown'))
      const foreign = executed.slice(-count).find((name) => unknown.has(name))
      if (foreign) throw DatabaseErrors.MIGRATION_UNKNOWN({ name: foreign })
      return (await umzug.down({ step: count })).map((m) => m.name)
    })
  }

  /** Every migration, in order; then those that only another version knows. Changes nothing. */
  async list(): Promise<MigrationState[]> {
    return this.db.transaction(async (tx) => {
      const [found] = await tx.query<{ table: string | null }>(
        `SELECT to_regclass('migrations')::text AS table`,
      )
      return this.#states(found?.table ? await executedIn(tx) : [])
    })
  }

  #states(executed: readonly string[]): MigrationState[] {
    const known = this.#migrations.map(({ name }) => name)
    const unknown = executed.filter((name) => !known.includes(name))
    return [
      ...known.map((name) => ({
        name,
        state: executed.includes(name) ? ('applied' as const) : ('pending' as const),
      })),
      ...unknown.map((name) => ({ name, state: 'unknown' as const })),
    ]
  }

  #run<Result>(
    action: (
      umzug: Umzug<Transaction>,
      states: MigrationState[],
      executed: readonly string[],
    ) => Promise<Result>,
  ): Promise<Result> {
    return this.db.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
      await tx.query(
        'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now(), position bigint GENERATED ALWAYS AS IDENTITY)',
      )
      const executed = await executedIn(tx)
      const migrations = this.#inOrderOf(executed).map(({ name, migration }) => ({
        name,
        up: () => migration.up(tx),
        down: () => migration.down(tx),
      }))
      const storage = storageIn(tx)
      const umzug = new Umzug({ migrations, context: tx, storage, logger: undefined })
      return action(umzug, this.#states(executed), executed)
    })
  }

  /** Those that were applied, in the order in which they were: Umzug undoes from the end of its list. */
  #inOrderOf(executed: readonly string[]) {
    const place = (name: string) => (executed.includes(name) ? executed.indexOf(name) : Infinity)
    return this.#migrations.toSorted((a, b) =>
      place(a.name) === place(b.name) ? 0 : place(a.name) - place(b.name),
    )
  }
}

const pluginOf = (name: string) => name.slice(0, name.indexOf('/'))

/** The names of the migrations in one state. */
export const namesOf = (states: readonly MigrationState[], wanted: MigrationState['state']) =>
  states.filter(({ state }) => state === wanted).map(({ name }) => name)

async function executedIn(tx: Transaction): Promise<string[]> {
  const rows = await tx.query<{ name: string }>('SELECT name FROM migrations ORDER BY position')
  return rows.map((row) => row.name)
}

function storageIn(tx: Transaction): UmzugStorage<Transaction> {
  return {
    async logMigration({ name }) {
      await tx.query('INSERT INTO migrations (name) VALUES ($1)', [name])
    },
    async unlogMigration({ name }) {
      await tx.query('DELETE FROM migrations WHERE name = $1', [name])
    },
    executed: () => executedIn(tx),
  }
}
