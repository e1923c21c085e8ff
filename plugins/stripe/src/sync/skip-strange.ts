import { messageOf, type Logger } from '@titanforge/core'

// A shape that no schema of ours knows, what Stripe itself refuses to show, or what PostgreSQL takes for no such
// data or against a constraint.
const STRANGE = /^(INPUT_INVALID|WEBHOOK_BODY_INVALID|STRIPE_REFUSED|2[23]\w{3})$/

/**
 * Does one of many pieces of work. Where it fails for its own object, which no later run will mend, that is
 * reported, and the others have their turn.
 *
 * @param id the object's, at Stripe.
 * @param leftOut is told why, where it was left out.
 * @returns undefined where it was left out.
 * @throws whatever else `work` throws, such as that Stripe or the database is away.
 */
export async function skipStrange<Result>(
  log: Logger,
  id: string,
  work: () => Promise<Result>,
  leftOut: (reason: string) => void = () => undefined,
): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    const code = String((error as { code?: unknown }).code)
    if (!STRANGE.test(code)) throw error
    log.error({ err: error, id }, 'what Stripe has here can be taken by nobody, and was left out')
    leftOut(`${code}: ${messageOf(error)}`)
    return undefined
  }
}
