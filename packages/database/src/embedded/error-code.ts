/** The code of a system or SQL error, such as `ENOENT` or `57P03`. */
export function errorCode(thrown: unknown): string | undefined {
  const { code } = (thrown ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}
