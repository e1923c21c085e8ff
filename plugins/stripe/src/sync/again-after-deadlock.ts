/** PostgreSQL's code for a transaction that was ended because it and another waited for each other. */
const DEADLOCK = '40P01'
const TRIES = 5

/**
 * Runs a transaction again where PostgreSQL ended it to let another one through: nothing of it has happened.
 * What the bus delivers is tried again by the bus; this is for those who wait for an answer.
 *
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS
 */
export async function againAfterDeadlock<Result>(
  transaction: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await transaction()
    } catch (error) {
      if (tries === TRIES || (error as { code?: unknown }).code !== DEADLOCK) throw error
    }
  }
}
