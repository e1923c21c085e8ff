/** Accounts that a ledger knows a ceiling of: a customer's month, and one run. */
export interface Scopes {
  userId: string | null
  runId: string | null
}

/** @param scopes such as `user:ID` and `run:ID`. */
export const scopesOf = (scopes: readonly string[]): Scopes => ({
  userId: idAfter('user:', scopes),
  runId: idAfter('run:', scopes),
})

const idAfter = (prefix: string, scopes: readonly string[]) =>
  scopes.find((scope) => scope.startsWith(prefix))?.slice(prefix.length) ?? null
