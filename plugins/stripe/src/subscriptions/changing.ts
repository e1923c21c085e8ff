import { ForgeError } from '@titanforge/core'
import type Stripe from 'stripe'
import { withAllItems } from '../with-all-items.js'
import { billingParams } from './billing.js'
import { changeTarget, type ChangeTarget, type Wanted } from './change-target.js'
import { periodEnding } from './period-ending.js'
import { previewOf } from './preview-change.js'
import { refuseOtherCost, type Shown } from './shown.js'
import type { Step } from './step.js'

/**
 * Changes an item of a subscription. What is due is charged at once; where that fails, nothing is changed. Nor is
 * anything changed by a request that comes when the period in which it was looked at is over.
 *
 * @param shown by a preview: then the change costs that, or is not made.
 * @throws PREVIEW_OUTDATED, or as {@link changeTarget} and Stripe do.
 */
export const changing =
  (id: string, wanted: Wanted, shown: Shown | undefined): Step =>
  async (client, ask) => {
    const target = await changeTarget(client, id, wanted, shown?.prorationDate)
    const { now, item, isSame, terms } = target
    if (isSame) return now
    if (shown) refuseOtherCost(previewOf(target), shown)
    const update = {
      items: [item],
      ...billingParams(terms.billing, terms.moment),
      payment_behavior: 'error_if_incomplete' as const,
      ...(terms.billing === 'tried' && INSISTS),
    }
    try {
      return await ask({ update })
    } catch (error) {
      throw (await isLate(client, target, error)) ? periodEnding(now.status, 0, error) : error
    }
  }

/** Whether Stripe has refused a change, which it says in words of its own, because its period was over. */
async function isLate(client: Stripe, { now, before }: ChangeTarget, error: unknown) {
  if (!(error instanceof ForgeError) || error.code !== 'STRIPE_REFUSED') return false
  const { items } = await withAllItems(client, await client.subscriptions.retrieve(now.id))
  const after = items.data.find(({ id }) => id === before.id) ?? before
  return after.current_period_start > before.current_period_start
}

/**
 * A trial may be set to end in a pause or a cancellation where there is no card, which Stripe takes for no failed
 * payment. A preview knows no such words. Once the trial is over, they mean nothing.
 *
 * @see https://docs.stripe.com/api/subscriptions/update#update_subscription-trial_settings
 */
const INSISTS = {
  trial_settings: { end_behavior: { missing_payment_method: 'create_invoice' as const } },
}
