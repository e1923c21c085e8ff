import { messageOf, type Logger } from '@titanforge/core'
import type Stripe from 'stripe'
import type { StripeGateway } from '../gateway.js'
import type { Intents } from '../intents.js'
import type { ObjectSync } from '../sync/object-sync.js'
import type { Ask, Step } from './step.js'
import type { SubscriptionLocks } from './subscription-locks.js'

export interface RequestServices {
  gateway: StripeGateway
  intents: Intents
  locks: SubscriptionLocks
  sync: ObjectSync
  log: Logger
}

/** Steps that people take, each under its subscription's lock and one intent. */
export class SubscriptionRequests {
  constructor(private readonly services: RequestServices) {}

  /**
   * Takes a step. Where the answer to an earlier request for the same was lost, Stripe repeats that answer, and
   * what was done may be undone since: then it is looked at once more, and asked for under the next key.
   *
   * @throws SUBSCRIPTION_BUSY, or as the step and the gateway do.
   */
  async run(sub: string, step: Step): Promise<void> {
    const { gateway, intents, locks } = this.services
    await locks.hold(sub, async (hold) => {
      for (let tries = 0, repeated = true; repeated && tries < 2; tries++) {
        repeated = false
        const ask: Ask = async (request, call) => {
          await hold.renew()
          const answer = await intents.run(`subscription:${sub}`, request, (options) =>
            gateway.call((client) => call(client, options)),
          )
          repeated ||= isRepeated(answer)
          return answer
        }
        await gateway.call((client) => step(client, ask))
      }
    })
    await this.#follow(sub)
  }

  /** Brings what Stripe has made of a subscription into our tables. */
  async #follow(sub: string): Promise<void> {
    const { sync, log } = this.services
    try {
      await sync.syncNow('subscription', sub)
    } catch (error) {
      // The change is made. That Stripe is busy now is no reason to say that it is not.
      log.warn(
        { subscription: sub, reason: messageOf(error) },
        'a changed subscription is known when its webhook comes',
      )
    }
  }
}

/**
 * Whether Stripe has answered from what it keeps of an earlier request with the same key.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
const isRepeated = (answer: Partial<Stripe.Response<Stripe.Subscription>>) =>
  answer.lastResponse?.headers['idempotent-replayed'] === 'true'
