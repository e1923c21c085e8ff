import { definePlugin, UnitOfWork, type Stop } from '@titanforge/core'
import { config } from './config.js'
import { Database } from './database.js'
import { startEmbeddedPostgres } from './embedded/index.js'
import { migrationCommands } from './migrations/commands.js'
import { migrateAtStart } from './migrations/migrate-at-start.js'
import type { Migration } from './migrations/migration.js'
import { Migrator } from './migrations/migrator.js'
import type { ModelDefinition } from './models/model.js'
import { SequelizeDatabase } from './sequelize-database.js'

declare module '@titanforge/core' {
  interface Declarations {
    migrations?: readonly Migration[]
    models?: readonly ModelDefinition[]
  }
}

/** PostgreSQL for every plugin: connections, transactions, and the schema of all of them. */
export const database = definePlugin({
  name: 'database',
  config,
  provides: { db: Database, unitOfWork: UnitOfWork },
  setup({ config, forge, log }) {
    const db = new SequelizeDatabase(
      forge.plugins.flatMap((plugin) => plugin.models ?? []),
      log,
    )
    const migrator = new Migrator(
      { transaction: (work) => db.transaction(work, { statementSeconds: 0 }) },
      forge.plugins,
    )

    async function open(): Promise<Stop> {
      const { url, directory } = config
      const embedded = url ? undefined : await startEmbeddedPostgres({ directory, log })
      const close = async () => {
        await db.close()
        await embedded?.stop()
      }
      return db
        .open({
          url: embedded?.url ?? url ?? '',
          readUrl: config.readUrl,
          poolSize: config.poolSize,
          readPoolSize: config.readPoolSize,
          acquireMs: config.acquireSeconds * 1000,
          connectMs: config.connectSeconds * 1000,
          statementMs: config.statementSeconds * 1000,
        })
        .then(
          () => close,
          async (error: unknown) => {
            await close()
            throw error
          },
        )
    }

    async function opened<Result>(work: () => Promise<Result>): Promise<Result> {
      if (db.isOpen) return work()
      const close = await open()
      return work().finally(close)
    }

    return {
      services: { db, unitOfWork: db },
      commands: migrationCommands(migrator, opened),
      health: [{ name: 'database', check: async () => void (await db.query('SELECT 1')) }],
      async start() {
        const close = await open()
        try {
          await migrateAtStart(migrator, config.migrate, log)
        } catch (error) {
          await close()
          throw error
        }
        return close
      },
    }
  },
})
