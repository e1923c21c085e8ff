import { messageOf, type Logger } from '@titanforge/core'
import { isRefusal, isRepeated, type StripeGateway } from '../gateway.js'
import type { Intents } from '../intents.js'
import type { ObjectSync } from '../sync/object-sync.js'
import type { Hold } from './hold.js'
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
   * Takes a step. Where the answer to an earlier request for the same was lost, Stripe repeats that answer. What
   * was done may be undone since, and a card that was declined may be another one: then it is looked at once more,
   * and asked for under the next key.
   *
   * @throws SUBSCRIPTION_BUSY, or as the step and the gateway do.
   */
  async run(sub: string, step: Step): Promise<void> {
    await this.services.locks.hold(sub, async (hold) => {
      const answers: unknown[] = []
      try {
        await this.#take(hold, sub, step, answers)
      } catch (error) {
        if (!answers.some(isRepeated)) throw error
      }
      if (answers.some(isRepeated)) await this.#take(hold, sub, step)
    })
    await this.#follow(sub)
  }

  /** @param answers takes each answer of Stripe's, and each refusal. */
  async #take(hold: Hold, sub: string, step: Step, answers: unknown[] = []): Promise<void> {
    const { gateway, intents } = this.services
    const ask: Ask = async (request, call) => {
      try {
        const answer = await hold.ask(`people ${JSON.stringify(request)}`, () =>
          intents.run(`subscription:${sub}`, request, (options) =>
            gateway.call((client) => call(client, options)),
          ),
        )
        answers.push(answer)
        return answer
      } catch (error) {
        if (isRefusal(error)) answers.push(error)
        throw error
      }
    }
    await gateway.call((client) => step(client, ask))
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
