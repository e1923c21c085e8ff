import type Stripe from 'stripe'

const PAGE = 100
/** More than Stripe allows on one subscription. */
const MOST = 10_000

/**
 * A subscription with all of its items: only the first ten come with it. They are asked for where more are there, or
 * more is wanted of them.
 *
 * @param expand what is asked for of each, such as `data.price.tiers`.
 * @see https://docs.stripe.com/api/subscription_items/list
 */
export async function withAllItems(
  { subscriptionItems }: Stripe,
  found: Stripe.Subscription,
  expand: string[] = [],
): Promise<Stripe.Subscription> {
  if (!found.items.has_more && expand.length === 0) return found
  const data = await subscriptionItems
    .list({ subscription: found.id, limit: PAGE, expand })
    .autoPagingToArray({ limit: MOST })
  return { ...found, items: { ...found.items, data, has_more: false } }
}
