import type Stripe from 'stripe'
import { refuseUnpaid } from './change-target.js'
import { refuseOldPreview, type ChangedItem } from './preview-change.js'

/**
 * Changes an item of a subscription, by the rules that hold for users too. An item that is so already was
 * changed by an earlier call, whose answer was lost.
 *
 * @param previewedAt seconds since the epoch; where the change is to cost what a preview showed.
 * @throws SUBSCRIPTION_OVER, SUBSCRIPTION_UNPAID, PREVIEW_OUTDATED, or as Stripe does.
 */
export async function changePlan(
  client: Stripe,
  subscription: string,
  item: ChangedItem,
  previewedAt: number | undefined,
  options: Stripe.RequestOptions,
): Promise<Stripe.Subscription> {
  const now = await client.subscriptions.retrieve(subscription, { expand: ['latest_invoice'] })
  const has = now.items.data.find(({ id }) => id === item.id)
  const { price, quantity = has?.quantity } = item
  if (has?.price.id === price && has.quantity === quantity) return now
  refuseUnpaid(now)
  if (previewedAt !== undefined) await refuseOldPreview(client, subscription, item, previewedAt)
  return client.subscriptions.update(
    subscription,
    {
      items: [item],
      proration_behavior: 'always_invoice',
      payment_behavior: 'error_if_incomplete',
      ...(previewedAt === undefined ? {} : { proration_date: previewedAt }),
    },
    options,
  )
}
