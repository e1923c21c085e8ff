// Classes of SQLSTATE that speak of what is to be stored, and not of the database's state: data exception,
// integrity constraint violation, program limit exceeded.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const OF_THE_DATA = ['22', '23', '54']

/** Whether PostgreSQL refuses this very data, so that trying again later cannot help. */
export function isRefused(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && code.length === 5 && OF_THE_DATA.includes(code.slice(0, 2))
}
