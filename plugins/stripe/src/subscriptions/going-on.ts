import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { isBeingPaid, refuseUnpaidResumption, RESUMPTION } from './resumption.js'
import { endTakenBack } from './scheduled-end.js'
import type { Ask, Step } from './step.js'
import { isOver } from './subscription-rows.js'

/**
 * Ends a subscription's pause and takes its scheduled end back, as far as there is one. As long as a bank debit for an
 * earlier resumption is on its way, its pause ends with that, and none is asked for.
 *
 * @throws SUBSCRIPTION_OVER, RESUMPTION_UNPAID, or as Stripe does.
 */
export const goingOn =
  (id: string): Step =>
  async (client, ask) => {
    const before = await client.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
    if (isOver(before.status)) throw StripeErrors.SUBSCRIPTION_OVER()
    const isResumed = before.status === 'paused' && !(await isBeingPaid(client, before))
    const now = isResumed ? await unpaused(client, ask, id) : before
    const end = endTakenBack(now)
    const after = end ? await ask({ update: end }) : now
    if (isResumed) await refuseUnpaidResumption(client, id)
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
