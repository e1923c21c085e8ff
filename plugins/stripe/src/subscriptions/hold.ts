import type { ForgeError } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { StripeErrors } from '../errors.js'
import { isRefusal } from '../gateway.js'

/** For how long a lock is held after its last sign of life: longer than any one request to Stripe takes. */
export const HELD_SECONDS = 60
/**
 * By when Stripe has surely carried a request out, or never will. Its own client waits 80 seconds for an answer;
 * ours gives up after 7, and then tries at most twice more.
 */
const DECIDED_SECONDS = 120

/** A subscription that nobody else looks at and changes just now. */
export class Hold {
  constructor(
    private readonly db: Database,
    private readonly subscription: string,
    /** Which one of those who have held it. */
    private readonly holder: string,
  ) {}

  /**
   * Asks something of Stripe, and remembers it until the outcome is known: what was given up may still be carried
   * out, and nothing else may be asked before that, or both would be charged. The memory is in the lock's row, so
   * it outlives the hold and the process.
   *
   * @param what tells it from everything else that is asked: what is the same has the same idempotency key too.
   * @throws SUBSCRIPTION_BUSY where it is not known yet what became of something else that was asked, or where the
   * subscription is not held any more: what was looked at may not be so; and what `call` throws.
   */
  async ask<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
    await this.#remember(what)
    try {
      const result = await call()
      await this.#forget(what)
      return result
    } catch (error) {
      // Everything else says nothing for sure: also a 409 or 429 may be the answer to a second try only.
      if (isRefusal(error)) await this.#forget(what)
      throw error
    }
  }

  async #remember(what: string): Promise<void> {
    const { db, subscription, holder } = this
    const remembered = await db.query(
      `UPDATE subscription_locks SET asked = $3, asked_until = now() + make_interval(secs => $4),
         held_until = now() + make_interval(secs => $5)
       WHERE stripe_subscription_id = $1 AND holder = $2 AND (asked IS NULL OR asked = $3 OR asked_until <= now())
       RETURNING holder`,
      [subscription, holder, what, DECIDED_SECONDS, HELD_SECONDS],
    )
    if (remembered.length > 0) return
    const [other] = await db.query<{ seconds: number }>(
      `SELECT ceil(extract(epoch FROM asked_until - now()))::int AS seconds FROM subscription_locks
       WHERE stripe_subscription_id = $1 AND asked_until > now()`,
      [subscription],
    )
    throw busyFor(other?.seconds ?? HELD_SECONDS)
  }

  async #forget(what: string): Promise<void> {
    await this.db.query(
      `UPDATE subscription_locks SET asked = NULL, asked_until = NULL
       WHERE stripe_subscription_id = $1 AND holder = $2 AND asked = $3`,
      [this.subscription, this.holder, what],
    )
  }
}

/** Says when it is worth trying again. */
export const busyFor = (seconds: number): ForgeError =>
  StripeErrors.SUBSCRIPTION_BUSY({ seconds }, { details: { retryAfterSeconds: seconds } })
