/**
 * Whether PostgreSQL has ended a transaction to let another one through: they waited for each other, or could
 * not both be as if alone. Nothing of it has happened, and nothing is wrong with who asked for it.
 *
 * @see https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
 */
export const madeWay = (error: unknown): boolean =>
  error instanceof Error && ['40P01', '40001'].includes(String((error as { code?: unknown }).code))
