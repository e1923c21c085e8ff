import { defineErrors } from '@titanforge/core'

/** Every error of the database package, with its remedy. */
export const DatabaseErrors = defineErrors({
  DATABASE_NOT_STARTED: {
    message: () => 'The database has not started. Use it from start() on, not in setup().',
  },
  DATABASE_UNREACHABLE: {
    status: 503,
    message: (p: { reason: string }) =>
      `PostgreSQL does not answer (${p.reason}). Check that it runs and that DATABASE_URL points to it.`,
  },
  TRANSACTION_ABORTED: {
    message: (p: { reason: string }) =>
      `A statement of this transaction failed and the failure was swallowed, so nothing was committed: ${p.reason}. Let the error propagate, or set a SAVEPOINT around the statement.`,
  },
  TRANSACTION_OVER: {
    message: () => 'This transaction has ended. Await every query before its callback returns.',
  },
  MODEL_UNKNOWN: {
    message: (p: { model: string }) =>
      `No plugin lists the model "${p.model}" under \`models\`. Add it to its plugin's definition.`,
  },
  MIGRATION_NAME: {
    message: (p: { plugin: string; name: string }) =>
      `Plugin "${p.plugin}" has two migrations called "${p.name}". Give each its own name.`,
  },
  MIGRATION_UNKNOWN: {
    status: 409,
    message: (p: { name: string }) =>
      `The database has the migration "${p.name}", which this version of the application does not know. Deploy the version that has it, or undo it there.`,
  },
})
