import { messageOf, type Logger } from '@titanforge/core'
import type Stripe from 'stripe'
import type { StripeGateway } from '../gateway.js'
import type { Intents } from '../intents.js'
import type { SubscriptionRow, SubscriptionRows } from './subscription-rows.js'
import type { ObjectSync } from '../sync/object-sync.js'

export interface RequestServices {
  gateway: StripeGateway
  intents: Intents
  sync: ObjectSync
  log: Logger
}

/** Something that is wanted of a subscription. */
export interface Wish {
  /** What tells it from other wishes. */
  request: object
  call: (client: Stripe, options: Stripe.RequestOptions) => Promise<Stripe.Subscription>
  /** Whether a subscription as it is now agrees with Stripe's answer to the wish. */
  isDone: (now: SubscriptionRow, answer: Stripe.Subscription) => boolean
}

/** Changes of subscriptions that are asked of Stripe, each under its subscription's one intent. */
export class SubscriptionRequests {
  constructor(
    private readonly services: RequestServices,
    private readonly rows: SubscriptionRows,
  ) {}

  /**
   * Asks for a change. Where the answer to an earlier request for the same was lost, Stripe repeats that
   * answer, and what was done may be undone since: then it is asked once more, under the next key.
   *
   * @throws as the gateway does.
   */
  async run(sub: string, { request, call, isDone }: Wish): Promise<void> {
    const { gateway, intents } = this.services
    for (let tries = 0; tries < 2; tries++) {
      const answer = await intents.run(`subscription:${sub}`, request, (options) =>
        gateway.call((client) => call(client, options)),
      )
      const row = (await this.follow(sub)) ? await this.rows.find(sub) : undefined
      if (!row || !isRepeated(answer) || isDone(row, answer)) return
    }
  }

  /** Brings what Stripe has made of a subscription into our tables. False where that has to wait. */
  async follow(sub: string): Promise<boolean> {
    const { sync, log } = this.services
    try {
      await sync.syncNow('subscription', sub)
      return true
    } catch (error) {
      // The change is made. That Stripe is busy now is no reason to say that it is not.
      log.warn(
        { subscription: sub, reason: messageOf(error) },
        'a changed subscription is known when its webhook comes',
      )
      return false
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
