import type { AnyPluginDefinition, Transaction } from '@titanforge/core'
import { Umzug, type UmzugStorage } from 'umzug'
import { DatabaseErrors } from './errors.js'
import type { Migration } from './migration.js'

export interface MigrationState {
  name: string
  applied: boolean
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

  /** Applies what is pending. Resolves with the names, such as `auth/0001-users`. */
  async up(): Promise<string[]> {
    return this.#run(async (umzug) => (await umzug.up()).map((m) => m.name))
  }

  /** Undoes the last `count` migrations, newest first. Resolves with their names. */
  async down(count = 1): Promise<string[]> {
    return this.#run(async (umzug) => (await umzug.down({ step: count })).map((m) => m.name))
  }

  /** Every migration, in order. */
  async list(): Promise<MigrationState[]> {
    return this.#run(async (umzug) => {
      const pending = new Set((await umzug.pending()).map((m) => m.name))
      return this.#migrations.map(({ name }) => ({ name, applied: !pending.has(name) }))
    })
  }

  #run<Result>(action: (umzug: Umzug<Transaction>) => Promise<Result>): Promise<Result> {
    return this.db.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
      await tx.query(
        'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now(), position bigint GENERATED ALWAYS AS IDENTITY)',
      )
      const storage = storageIn(tx)
      this.#refuseUnknown(await storage.executed({ context: tx }))
      const migrations = this.#migrations.map(({ name, migration }) => ({
        name,
        up: () => migration.up(tx),
        down: () => migration.down(tx),
      }))
      return action(new Umzug({ migrations, context: tx, storage, logger: undefined }))
    })
  }

  #refuseUnknown(executed: string[]) {
    const unknown = executed.find((name) => !this.#migrations.some((m) => m.name === name))
    if (unknown) throw DatabaseErrors.MIGRATION_UNKNOWN({ name: unknown })
  }
}

function storageIn(tx: Transaction): UmzugStorage<Transaction> {
  return {
    async logMigration({ name }) {
      await tx.query('INSERT INTO migrations (name) VALUES ($1)', [name])
    },
    async unlogMigration({ name }) {
      await tx.query('DELETE FROM migrations WHERE name = $1', [name])
    },
    async executed() {
      const rows = await tx.query<{ name: string }>('SELECT name FROM migrations ORDER BY position')
      return rows.map((row) => row.name)
    },
  }
}
