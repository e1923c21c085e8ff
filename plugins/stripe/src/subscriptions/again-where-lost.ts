import { ForgeError } from '@titanforge/core'

/**
 * Runs a statement once more where its connection was lost: the pool gives another one. It may have been carried out
 * before that, so it has to come to the same twice.
 *
 * @throws as the statement does; DATABASE_UNREACHABLE where the second connection is lost too.
 */
export async function againWhereLost<Result>(statement: () => Promise<Result>): Promise<Result> {
  try {
    return await statement()
  } catch (error) {
    if (!(error instanceof ForgeError) || error.code !== 'DATABASE_UNREACHABLE') throw error
    return statement()
  }
}
