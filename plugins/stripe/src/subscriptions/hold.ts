import { isDeepStrictEqual } from 'node:util'
import { messageOf, type ForgeError, type Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { isKeyRefused, isRefusal, isRepeated } from '../gateway.js'
import type { Asked, Request } from './request.js'
import type { Ask } from './step.js'

/** For how long a lock is held after its last sign of life: longer than any one request to Stripe takes. */
export const HELD_SECONDS = 60
/**
 * By when Stripe has surely carried a request out, or never will. Its own client waits 80 seconds for an answer;
 * ours gives up after 7, and then tries at most twice more.
 */
const DECIDED_SECONDS = 120

/** How what is wanted of a subscription is asked. */
export interface Asking {
  /** The idempotency key for something that is asked for the first time. */
  keyOf: (request: Request) => string | Promise<string>
  call: (asked: Asked) => Promise<Stripe.Subscription>
}

interface Holding {
  subscription: string
  /** Which one of those who have held it. */
  holder: string
  /** Who wants what of it. */
  wish: string
}

/**
 * A subscription that nobody else looks at and changes just now.
 *
 * What is asked is remembered until the outcome is known: what was given up may still be carried out, and nothing
 * else may be asked before that, or both would be charged. The memory is in the lock's row, so it outlives the
 * hold and the process.
 */
export class Hold {
  constructor(
    private readonly db: Database,
    private readonly log: Logger,
    private readonly holding: Holding,
  ) {}

  /**
   * Asks again, under its key, what was asked for the same wish and is not known: Stripe repeats its answer, or
   * carries it out now. Only then is there something to look at.
   *
   * @returns what asks for more. It throws SUBSCRIPTION_BUSY where it is not known yet what became of another wish,
   * or where the subscription is not held any more: what was looked at may not be so; and what `call` throws.
   * @throws SUBSCRIPTION_BUSY where it is not held any more; and what `call` throws, but a refusal.
   */
  async asking({ keyOf, call }: Asking): Promise<Ask> {
    const now = await this.#askAgain(call)
    return async (request) => {
      // Nobody is asked to pay twice because their first request has got lost on the way.
      if (now && isDeepStrictEqual(request, now.request)) return now.outcome
      return this.#ask({ request, key: await keyOf(request) }, call, isNothing)
    }
  }

  /** Returns what was carried out only now; a repeated outcome may not be so any more. */
  async #askAgain(call: Asking['call']) {
    const asked = await this.#remembered()
    if (!asked) return undefined
    const outcome = this.#ask(asked, call, isRefusal)
    const answer = await outcome.catch((error: unknown) => {
      if (!isRefusal(error)) throw error
      return error
    })
    return isRepeated(answer) ? undefined : { request: asked.request, outcome }
  }

  /** @param isKnown tells the errors after which it is certain that nothing is carried out. */
  async #ask(asked: Asked, call: Asking['call'], isKnown: (error: unknown) => boolean) {
    await this.#remember(asked)
    try {
      const answer = await call(asked)
      await this.#forget()
      return answer
    } catch (error) {
      if (isKnown(error)) await this.#forget()
      throw error
    }
  }

  async #remembered(): Promise<Asked | undefined> {
    const { subscription, wish } = this.holding
    const [asked] = await this.db.query<Asked>(
      `SELECT asked AS request, asked_key AS key FROM subscription_locks
       WHERE stripe_subscription_id = $1 AND asked_for = $2 AND asked_until > now()`,
      [subscription, wish],
    )
    return asked
  }

  async #remember({ request, key }: Asked): Promise<void> {
    const { subscription, holder, wish } = this.holding
    const remembered = await this.db.query(
      `UPDATE subscription_locks SET asked_for = $3, asked = $4, asked_key = $5,
         asked_until = now() + make_interval(secs => $6), held_until = now() + make_interval(secs => $7)
       WHERE stripe_subscription_id = $1 AND holder = $2
         AND (asked_key IS NULL OR asked_key = $5 OR asked_until <= now())
       RETURNING holder`,
      [subscription, holder, wish, JSON.stringify(request), key, DECIDED_SECONDS, HELD_SECONDS],
    )
    if (remembered.length > 0) return
    const [other] = await this.db.query<{ seconds: number }>(
      `SELECT ceil(extract(epoch FROM asked_until - now()))::int AS seconds FROM subscription_locks
       WHERE stripe_subscription_id = $1 AND asked_until > now()`,
      [subscription],
    )
    throw busyFor(other?.seconds ?? HELD_SECONDS)
  }

  async #forget(): Promise<void> {
    const { subscription, holder } = this.holding
    try {
      await this.db.query(
        `UPDATE subscription_locks SET asked_for = NULL, asked = NULL, asked_key = NULL, asked_until = NULL
         WHERE stripe_subscription_id = $1 AND holder = $2`,
        [subscription, holder],
      )
    } catch (error) {
      // What Stripe has answered is so all the same.
      this.log.warn(
        { subscription, reason: messageOf(error) },
        'what was asked for a subscription was not forgotten; other changes of it wait for two minutes at most',
      )
    }
  }
}

/**
 * Whether a first request was surely not carried out. Everything else says nothing for sure: also a 409 or 429 may
 * be the answer to a second try only.
 */
const isNothing = (error: unknown) => isRefusal(error) || isKeyRefused(error)

/** Says when it is worth trying again. */
export const busyFor = (seconds: number): ForgeError =>
  StripeErrors.SUBSCRIPTION_BUSY({ seconds }, { details: { retryAfterSeconds: seconds } })
