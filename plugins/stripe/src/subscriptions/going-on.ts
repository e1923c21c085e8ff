import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { refuseUnpaidResumption, RESUMPTION } from './resumption.js'
import type { Ask, Step } from './step.js'
import { isOver } from './subscription-rows.js'

/**
 * Ends a subscription's pause and takes its scheduled end back, as far as there is one.
 *
 * @throws SUBSCRIPTION_OVER, RESUMPTION_UNPAID, or as Stripe does.
 */
export const goingOn =
  (id: string): Step =>
  async (client, ask) => {
    const before = await client.subscriptions.retrieve(id)
    if (isOver(before.status)) throw StripeErrors.SUBSCRIPTION_OVER()
    const isPaused = before.status === 'paused'
    const now = isPaused ? await unpaused(client, ask, id) : before
    const end = endOf(now)
    const after = end ? await ask({ update: end }) : now
    if (isPaused) await refuseUnpaidResumption(client, id)
    return after
  }

/** Its invoice may be paid just now, on its own page: then it is paused no more, and that is what was wanted. */
async function unpaused(client: Stripe, ask: Ask, id: string): Promise<Stripe.Subscription> {
  try {
    return await ask({ resume: RESUMPTION })
  } catch (error) {
    const now = await client.subscriptions.retrieve(id)
    if (now.status === 'paused') throw error
    return now
  }
}

/** What takes a scheduled end back. The portal schedules one by its date alone. */
function endOf(now: Stripe.Subscription): Stripe.SubscriptionUpdateParams | undefined {
  if (now.cancel_at_period_end) return { cancel_at_period_end: false }
  return now.cancel_at === null ? undefined : { cancel_at: '' }
}
