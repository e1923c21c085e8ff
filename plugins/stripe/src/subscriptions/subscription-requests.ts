import { messageOf, type Logger } from '@titanforge/core'
import type Stripe from 'stripe'
import { isAnswer, type StripeGateway } from '../gateway.js'
import { RETRIES, type Intents } from '../intents.js'
import type { ObjectSync } from '../sync/object-sync.js'
import type { Asker } from './hold.js'
import { carryOut, type Asked } from './request.js'
import type { Step } from './step.js'
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
   * Takes a step. Where the answer to an earlier request for the same was lost, Stripe repeats it. What was done may
   * be undone since, and a card that was declined may be another one: then it is looked at once more, and asked for
   * under the next key.
   *
   * @param wish what was asked of us, without what a preview has shown: with a later preview it is still the same.
   * @throws SUBSCRIPTION_BUSY, or as the step and the gateway do.
   */
  async run(sub: string, wish: unknown, step: Step): Promise<void> {
    const { gateway, intents, locks } = this.services
    await locks.hold(sub, `people ${JSON.stringify(wish)}`, async (hold) => {
      const asker: Asker = {
        keyOf: (request) => intents.begin(intentOf(sub), request),
        call: (asked) => this.#call(sub, asked),
      }
      const take = () => gateway.call((client) => hold.take(asker, (ask) => step(client, ask)))
      try {
        await take()
      } catch (error) {
        if (!hold.wasRepeated) throw error
      }
      if (hold.wasRepeated) await take()
    })
    await this.#follow(sub)
  }

  async #call(sub: string, { request, key }: Asked): Promise<Stripe.Subscription> {
    const options = { idempotencyKey: key, maxNetworkRetries: RETRIES }
    try {
      const answer = await this.services.gateway.call((client) =>
        carryOut(client, sub, request, options),
      )
      await this.#settle(sub, key)
      return answer
    } catch (error) {
      if (isAnswer(error)) await this.#settle(sub, key)
      throw error
    }
  }

  async #settle(sub: string, key: string): Promise<void> {
    const { intents, log } = this.services
    try {
      await intents.settle(intentOf(sub), key)
    } catch (error) {
      // What Stripe has answered is so all the same. Asked again, it is repeated.
      log.warn(
        { subscription: sub, reason: messageOf(error) },
        'that Stripe has answered for a subscription was not stored',
      )
    }
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

/** One for all that is wanted of a subscription, so that what was undone can be asked again. */
const intentOf = (sub: string) => `subscription:${sub}`
