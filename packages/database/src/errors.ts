import { defineErrors } from '@titanforge/core'

/** Every error of the database package, with its remedy. */
export const DatabaseErrors = defineErrors({
  DATABASE_NOT_STARTED: {
    message: () => 'The database has not started. Use it from start() on, not in setup().',
  },
  DATABASE_UNREACHABLE: {
    status: 503,
    message: (p: { reason: string }) =>
      `PostgreSQL does not answer (${p.reason}). Check that it runs and that DATABASE_URL points to it; then try again.`,
  },
  DATABASE_REFUSED: {
    message: (p: { reason: string }) =>
      `There is no agreement with PostgreSQL on a connection (${p.reason}). Check user, password, database name, sslmode and sslrootcert in DATABASE_URL.`,
  },
  DATABASE_BUSY: {
    status: 503,
    message: (p: { reason: string }) =>
      `All connections to PostgreSQL are in use (${p.reason}). Try again, raise poolSize, or hold transactions for less long.`,
  },
  STATEMENT_TIMED_OUT: {
    status: 503,
    message: (p: { reason: string }) =>
      `PostgreSQL broke off a statement (${p.reason}). Make it do less, or raise its time limit.`,
  },
  TRANSACTION_ABORTED: {
    message: (p: { reason: string }) =>
      `A statement of this transaction failed and the failure was swallowed, so nothing was committed: ${p.reason}. Let the error propagate, or do what may fail in tx.savepoint().`,
  },
  TRANSACTION_ENDED: {
    message: () =>
      'A statement of this transaction ended it (COMMIT or ROLLBACK), so what it did is not one whole. Leave that to db.transaction(), and use tx.savepoint() for a part.',
  },
  STATEMENTS_ONLY: {
    message: () =>
      'There are no models and savepoints where each statement is a transaction of its own. Use db.transaction().',
  },
  COMMIT_UNKNOWN: {
    status: 503,
    message: (p: { reason: string }) =>
      `The connection was lost while PostgreSQL was committing (${p.reason}): the transaction may or may not be committed. Look at what it should have written before you do it again.`,
  },
  MODEL_UNKNOWN: {
    message: (p: { model: string }) =>
      `No plugin lists the model "${p.model}" under \`models\`. Add it to its plugin's definition.`,
  },
  COLUMN_UNKNOWN: {
    message: (p: { model: string; column: string; known: readonly string[] }) =>
      `The model "${p.model}" has no column "${p.column}". It has ${p.known.join(', ')}.`,
  },
  TOOLS_INVALID: {
    message: (p: { model: string; problem: string }) => `Tools of "${p.model}": ${p.problem}`,
  },
  RECORD_UNKNOWN: {
    status: 404,
    message: (p: { model: string }) => `There is no such record of "${p.model}".`,
  },
  SCOPE_MISSING: {
    status: 403,
    message: (p: { model: string; column: string }) =>
      `Whose records of "${p.model}" are meant is not known: \`only\` gave no "${p.column}". Run the agent for a principal.`,
  },
  CONFLICT_VANISHED: {
    status: 503,
    message: (p: { model: string }) =>
      `A row of "${p.model}" stood in the way and was gone again, several times over. Try again; in a transaction that is REPEATABLE READ, begin a new one.`,
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
  MIGRATIONS_PENDING: {
    status: 503,
    message: (p: { names: readonly string[] }) =>
      `The database lacks migrations: ${p.names.join(', ')}. Run the command "migrate", then start again.`,
  },
})
