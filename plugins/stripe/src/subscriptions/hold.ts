import { isDeepStrictEqual } from 'node:util'
import { messageOf, type ForgeError, type Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { isRefusal, isRepeated } from '../gateway.js'
import { againWhereLost } from './again-where-lost.js'
import type { Asked, Request } from './request.js'
import type { Ask } from './step.js'

/** For how long a lock is held after its last sign of life: longer than any one request to Stripe takes. */
export const HELD_SECONDS = 60
/**
 * By when Stripe has surely carried a request out, or never will, unless it has failed at it: what it then does later
 * has no end that is known. Its own client waits 80 seconds for an answer; ours gives up after 7, and then tries at
 * most twice more.
 */
const DECIDED_SECONDS = 120

/** How somebody asks Stripe for changes. */
export interface Asker {
  /** The idempotency key for something that is asked for the first time. */
  keyOf: (request: Request) => string
  /**
   * @param onSent is told each time that something is sent to Stripe: its client may try again by itself.
   * @param isAgain whether it was asked before. Then the client is not to try again: of what Stripe repeats it could
   * not be told whether it had failed before, or at a try of just now.
   */
  call: (asked: Asked, onSent: () => void, isAgain: boolean) => Promise<Stripe.Subscription>
}

interface Holding {
  subscription: string
  /** Which one of those who have held it. */
  holder: string
  /** Who wants what of it. */
  wish: string
}

/** What was asked, and is not known. */
interface Memory extends Asked {
  wish: string
  /** When it is decided. */
  until: Date
  /** How long that was from when it was looked up. */
  seconds: number
}

const MEMORY = `asked_for AS wish, asked AS request, asked_key AS key, asked_until AS until,
  ceil(extract(epoch FROM asked_until - now()))::int AS seconds`

/**
 * A subscription that nobody else looks at and changes just now.
 *
 * What is asked is remembered until the outcome is known: what was given up may still be carried out, and nothing
 * else may be wanted before that, or both would be charged. The memory is in the lock's row, so it outlives the
 * hold and the process.
 */
export class Hold {
  /** Whether Stripe has repeated what it had answered or refused before. */
  wasRepeated = false
  #memory: Memory | undefined

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
    private readonly holding: Holding,
  ) {}

  /**
   * Takes a step. What it asks for is asked under the key of before, where the same was asked for the same wish and
   * is not known: Stripe repeats its answer, or carries it out now.
   *
   * @param step looks, and asks for what is lacking.
   * @throws SUBSCRIPTION_BUSY where it is not known what became of another wish, or of another request for this one,
   * or where the subscription is not held any more: what was looked at may not be so; and what `step` throws.
   */
  async take<Result>(asker: Asker, step: (ask: Ask) => Promise<Result>): Promise<Result> {
    this.#memory = await this.#recall()
    if (this.#memory && this.#memory.wish !== this.holding.wish) throw busyFor(this.#memory.seconds)
    const result = await step((request) => this.#ask(asker, request))
    // All is as it was wanted, most likely by what was asked before.
    if (this.#memory) await this.#forget()
    return result
  }

  async #ask({ keyOf, call }: Asker, request: Request): Promise<Stripe.Subscription> {
    const before = this.#memory
    if (before && !isSame(before.request, request)) throw busyFor(before.seconds)
    const asked = before ?? { request, key: keyOf(request) }
    this.#memory = await this.#remember(asked)
    let timesSent = 0
    try {
      const answer = await call(asked, () => timesSent++, before !== undefined)
      this.wasRepeated ||= isRepeated(answer)
      await this.#forget()
      return answer
    } catch (error) {
      const isRefused = isRefusal(error)
      this.wasRepeated ||= isRefused && isRepeated(error)
      // Nothing has begun now where nothing was sent, or where Stripe only repeats that it had failed. It may still do
      // what it has failed at, but as long only as was known before; what is not remembered is too old for that.
      const hasBegun = timesSent > 1 || (timesSent === 1 && !isRepeated(error))
      if (isRefused || (!hasBegun && !before)) await this.#forget()
      else if (!hasBegun) await this.#note('asked_until = $3', before?.until)
      throw error
    }
  }

  async #recall(): Promise<Memory | undefined> {
    const [memory] = await this.db.query<Memory>(
      `SELECT ${MEMORY} FROM subscription_locks WHERE stripe_subscription_id = $1 AND asked_until > now()`,
      [this.holding.subscription],
    )
    return memory
  }

  async #remember({ request, key }: Asked): Promise<Memory> {
    const { subscription, holder, wish } = this.holding
    const [memory] = await againWhereLost(() =>
      this.db.query<Memory>(
        `UPDATE subscription_locks SET asked_for = $3, asked = $4, asked_key = $5,
           asked_until = now() + make_interval(secs => $6), held_until = now() + make_interval(secs => $7)
         WHERE stripe_subscription_id = $1 AND holder = $2 RETURNING ${MEMORY}`,
        [subscription, holder, wish, JSON.stringify(request), key, DECIDED_SECONDS, HELD_SECONDS],
      ),
    )
    if (!memory) throw busyFor(HELD_SECONDS)
    return memory
  }

  async #forget(): Promise<void> {
    this.#memory = undefined
    await this.#note('asked_for = NULL, asked = NULL, asked_key = NULL, asked_until = NULL')
  }

  /** Changes what is remembered. What Stripe has answered is so, also where that fails. */
  async #note(assignments: string, ...values: unknown[]): Promise<void> {
    const { subscription, holder } = this.holding
    try {
      await againWhereLost(() =>
        this.db.query(
          `UPDATE subscription_locks SET ${assignments} WHERE stripe_subscription_id = $1 AND holder = $2`,
          [subscription, holder, ...values],
        ),
      )
    } catch (error) {
      this.log.warn(
        { subscription, reason: messageOf(error) },
        'what Stripe has answered for a subscription was not stored; other changes of it wait for two minutes at most',
      )
    }
  }
}

/** Whether the same is asked, from whatever moment it is counted: each click of a browser has a preview of its own. */
const isSame = (one: Request, other: Request) =>
  isDeepStrictEqual(withoutMoment(one), withoutMoment(other))

const withoutMoment = (request: Request) =>
  'update' in request ? { ...request.update, proration_date: undefined } : request

/** Says when it is worth trying again. */
export const busyFor = (seconds: number): ForgeError =>
  StripeErrors.SUBSCRIPTION_BUSY({ seconds }, { details: { retryAfterSeconds: seconds } })
