import { randomUUID } from 'node:crypto'
import { messageOf, type Logger } from '@titanforge/core'
import type { StripeGateway } from '../gateway.js'
import { RETRIES } from '../intents.js'
import type { ObjectSync } from '../sync/object-sync.js'
import type { Asker } from './hold.js'
import { carryOut } from './request.js'
import type { Step } from './step.js'
import type { SubscriptionLocks } from './subscription-locks.js'

export interface RequestServices {
  gateway: StripeGateway
  locks: SubscriptionLocks
  sync: ObjectSync
  log: Logger
}

/** Steps that people take, each under its subscription's lock. */
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
    const { gateway, locks } = this.services
    const asker: Asker = {
      // The hold stores it with what is asked, before that is asked.
      keyOf: () => `tf:${sub}:${randomUUID()}`,
      call: (asked, onSent, isAgain) =>
        carryOut(gateway, sub, asked, onSent, { maxNetworkRetries: isAgain ? 0 : RETRIES }),
    }
    await locks.hold(sub, `people ${JSON.stringify(wish)}`, async (hold) => {
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
