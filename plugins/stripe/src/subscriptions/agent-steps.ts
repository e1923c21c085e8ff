import type Stripe from 'stripe'
import type { StripeGateway } from '../gateway.js'
import type { Step } from './step.js'
import type { SubscriptionLocks } from './subscription-locks.js'

export interface AgentServices {
  gateway: StripeGateway
  locks: SubscriptionLocks
}

/** Steps that agents take, each under its subscription's lock and the key of the agent's own call. */
export class AgentSteps {
  constructor(private readonly services: AgentServices) {}

  /**
   * Takes a step. Made again after a crash, the call has the same key: what it has asked for counts once, also
   * where somebody has undone it since. What is asked depends on what the subscription is, so each request of a
   * step has a key of its own, and none is asked in other words.
   *
   * @throws SUBSCRIPTION_BUSY, or as the step and the gateway do.
   */
  run(sub: string, key: string, step: Step): Promise<Stripe.Subscription> {
    const { gateway, locks } = this.services
    return locks.hold(sub, (hold) =>
      gateway.call((client) =>
        step(client, async (request, call) => {
          await hold.renew()
          return call(client, { idempotencyKey: `${key}:${Object.keys(request).join()}` })
        }),
      ),
    )
  }
}
