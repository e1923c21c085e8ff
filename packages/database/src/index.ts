export {
  Database,
  type PreparedStatement,
  type TransactionOptions,
  type ReadOnlyTransaction,
} from './database.js'
export { EmbeddedErrors } from './embedded/errors.js'
export { DatabaseErrors } from './errors.js'
export { sqlMigration, type Migration } from './migrations/migration.js'
export { Migrator, type MigrationState } from './migrations/migrator.js'
export { defineModel, type ModelDefinition, type Models } from './models/model.js'
export { insertIfAbsent, upsert, type Upserted, type UpsertOptions } from './models/upsert.js'
export { database } from './plugin.js'
export { GroupCommit } from './transactions/group-commit.js'
export type { ModelAccess } from './tools/access.js'
export type { Filter } from './tools/filter.js'
export { databaseTools, modelTools, type FindInput, type ModelTools } from './tools/model-tools.js'
