export { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js'
export { EmbeddedErrors } from './errors.js'
