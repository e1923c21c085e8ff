import { definePlugin, UnitOfWork } from '@titanforge/core'
import { migrationCommands } from './commands.js'
import { config } from './config.js'
import { Database } from './database.js'
import { startEmbeddedPostgres } from './embedded/index.js'
import type { Migration } from './migration.js'
import { Migrator } from './migrator.js'
import type { ModelDefinition } from './model.js'
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
    const migrator = new Migrator(db, forge.plugins)
    return {
      services: { db, unitOfWork: db },
      commands: migrationCommands(migrator),
      health: [{ name: 'database', check: async () => void (await db.query('SELECT 1')) }],
      async start() {
        const embedded = config.url
          ? undefined
          : await startEmbeddedPostgres({ directory: config.directory, log })
        try {
          await db.open(embedded?.url ?? config.url ?? '', config.poolSize)
          const applied = await migrator.up()
          if (applied.length > 0) log.info({ applied }, 'migrated')
        } catch (error) {
          await db.close()
          await embedded?.stop()
          throw error
        }
        return async () => {
          await db.close()
          await embedded?.stop()
        }
      },
    }
  },
})
