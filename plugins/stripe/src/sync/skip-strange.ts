import type { Logger } from '@titanforge/core'

// A shape that no schema of ours knows, or what PostgreSQL takes for no such data or against a constraint.
const STRANGE = /^(INPUT_INVALID|WEBHOOK_BODY_INVALID|2[23]\w{3})$/

/**
 * Does one of many pieces of work. Where it fails for its own object, which no later run will mend, that is
 * reported, and the others have their turn.
 *
 * @param id the object's, at Stripe.
 * @returns undefined where it was left out.
 * @throws whatever else `work` throws, such as that Stripe or the database is away.
 */
export async function skipStrange<Result>(
  log: Logger,
  id: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!STRANGE.test(String((error as { code?: unknown }).code))) throw error
    log.error({ err: error, id }, 'what Stripe has here can be taken by nobody, and was left out')
    return undefined
  }
}
