import type { RunContext } from '@titanforge/core'
import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { isKeyOfAnother, isRefusal, isRepeated, type StripeGateway } from '../gateway.js'
import { idempotencyKeyOf } from '../idempotency-key.js'
import type { Asker, Hold } from './hold.js'
import { carryOut } from './request.js'
import type { Ask, Step } from './step.js'
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
   * Takes a step. Made again after a crash, the call has the same key: what it has asked for counts once for as long
   * as Stripe keeps keys, also where somebody has undone it since. What is asked depends on what the subscription
   * is, so each kind of request has a key of its own. Once the call has ended, nothing more is asked.
   *
   * @param wish what the call was asked, without what a preview has shown.
   * @throws SUBSCRIPTION_BUSY; CHANGE_NOT_REPEATED where the call has asked before, and what it wants is not so;
   * the signal's reason; or as the step and the gateway do.
   * @see https://docs.stripe.com/api/idempotent_requests
   */
  run(sub: string, call: Call, wish: unknown, step: Step): Promise<Stripe.Subscription> {
    const { gateway, locks } = this.services
    const { idempotencyKey, signal } = call
    const asker: Asker = {
      keyOf: (request) => idempotencyKeyOf(idempotencyKey, ...Object.keys(request)),
      async call(asked, onSent) {
        signal.throwIfAborted()
        return carryOut(gateway, sub, asked, onSent)
      },
    }
    const work = (client: Stripe, hold: Hold) =>
      hold.take(asker, async (ask) => {
        const answer = await step(client, (request) => ask(request).catch(notRepeated))
        // What was answered then may not be so any more.
        return hold.wasRepeated ? step(client, onlyLooking(client, sub)) : answer
      })
    return locks.hold(
      sub,
      `agent ${idempotencyKey} ${JSON.stringify(wish)}`,
      (hold) => gateway.call((client) => work(client, hold)),
      signal,
    )
  }
}

/** Under its key Stripe will never do what this call asks for now, or what it has failed at. */
function notRepeated(error: unknown): never {
  const isFailure = isRepeated(error) && !isRefusal(error)
  throw isFailure || isKeyOfAnother(error)
    ? StripeErrors.CHANGE_NOT_REPEATED(undefined, { cause: error })
    : error
}

/** For a look at what became of a call. What is paused may wait for a debit; its status says so. */
const onlyLooking =
  (client: Stripe, sub: string): Ask =>
  async (request) => {
    if ('resume' in request) return client.subscriptions.retrieve(sub)
    throw StripeErrors.CHANGE_NOT_REPEATED()
  }
