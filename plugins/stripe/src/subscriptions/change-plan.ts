import type Stripe from 'stripe'
import { changeTarget, type ChangeTarget, type Wanted } from './change-target.js'
import { COUNTED } from './change-terms.js'
import { refuseOldPreview } from './preview-change.js'

/**
 * What Stripe is asked for a change. What is due is charged at once; where that fails, nothing is changed.
 *
 * @param previewedAt seconds since the epoch, where the change is to cost what a preview showed.
 */
export const changeParameters = (
  { item, terms }: ChangeTarget,
  previewedAt: number | undefined,
): Stripe.SubscriptionUpdateParams => ({
  items: [item],
  ...terms,
  payment_behavior: 'error_if_incomplete',
  ...(previewedAt !== undefined && terms === COUNTED && { proration_date: previewedAt }),
})

/**
 * Changes an item of a subscription, by the rules that hold for users too. An item that is so already was
 * changed by an earlier call, whose answer was lost.
 *
 * @param previewedAt seconds since the epoch, where the change is to cost what a preview showed.
 * @throws PREVIEW_OUTDATED, or as {@link changeTarget} and Stripe do.
 */
export async function changePlan(
  client: Stripe,
  subscription: string,
  wanted: Wanted,
  previewedAt: number | undefined,
  options: Stripe.RequestOptions,
): Promise<Stripe.Subscription> {
  const target = await changeTarget(client, subscription, wanted)
  if (target.isSame) return target.now
  if (previewedAt !== undefined) await refuseOldPreview(client, target, previewedAt)
  return client.subscriptions.update(subscription, changeParameters(target, previewedAt), options)
}
