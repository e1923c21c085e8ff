import type Stripe from 'stripe'
import type { Ask, Step } from './step.js'
import { isOver } from './subscription-rows.js'

/** Cancels a subscription at the end of its period, or now. One that is over stays so. */
export const cancelling =
  (id: string, when: 'period_end' | 'now'): Step =>
  async (client, ask) => {
    const before = await client.subscriptions.retrieve(id)
    if (isOver(before.status)) return before
    if (when === 'now') return cancelNow(client, ask, id)
    if (before.cancel_at_period_end) return before
    return ask({ update: { cancel_at_period_end: true } })
  }

/**
 * Stripe keeps no keys for what is deleted and says that what is canceled does not exist, so one that ended
 * meanwhile, as by the portal, is answered as it is.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
async function cancelNow(client: Stripe, ask: Ask, id: string): Promise<Stripe.Subscription> {
  try {
    return await ask({ cancel: 'now' })
  } catch (error) {
    const now = await client.subscriptions.retrieve(id)
    if (now.ended_at === null) throw error
    return now
  }
}
