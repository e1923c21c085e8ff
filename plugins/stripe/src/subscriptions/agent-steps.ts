import type { RunContext } from '@titanforge/core'
import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { isKeyOfAnother, type StripeGateway } from '../gateway.js'
import type { Step } from './step.js'
import type { SubscriptionLocks } from './subscription-locks.js'

export interface AgentServices {
  gateway: StripeGateway
  locks: SubscriptionLocks
}

/** The call of a tool: its key, and what ends it. */
type Call = Pick<RunContext, 'idempotencyKey' | 'signal'>

/** Steps that agents take, each under its subscription's lock and the key of the agent's own call. */
export class AgentSteps {
  constructor(private readonly services: AgentServices) {}

  /**
   * Takes a step. Made again after a crash, the call has the same key: what it has asked for counts once, also
   * where somebody has undone it since. What is asked depends on what the subscription is, so each request of a
   * step has a key of its own. Once the call has ended, nothing more is asked.
   *
   * @throws SUBSCRIPTION_BUSY; CHANGE_NOT_REPEATED where the call has asked in other words before, and what it
   * wants is not so; the signal's reason; or as the step and the gateway do.
   */
  run(sub: string, { idempotencyKey, signal }: Call, step: Step): Promise<Stripe.Subscription> {
    const { gateway, locks } = this.services
    return locks.hold(
      sub,
      (hold) =>
        gateway.call((client) =>
          step(client, async (request, call) => {
            signal.throwIfAborted()
            const options = { idempotencyKey: `${idempotencyKey}:${Object.keys(request).join()}` }
            // In other words it is something else, which has to wait until it is known what became of the first.
            const what = `${options.idempotencyKey} ${JSON.stringify(request)}`
            return hold
              .ask(what, () => gateway.call(() => call(client, options)))
              .catch(refuseOther)
          }),
        ),
      signal,
    )
  }
}

function refuseOther(error: unknown): never {
  throw isKeyOfAnother(error)
    ? StripeErrors.CHANGE_NOT_REPEATED(undefined, { cause: error })
    : error
}
