import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { termsOf, type ChangeTerms } from './change-terms.js'

/** What an item of a subscription is to be. */
export interface Wanted {
  /** `si_…`; the only item, if left out. */
  itemId?: string | undefined
  price: string
  /** As many as now, if left out. */
  quantity?: number | undefined
  /** Metered prices have no quantity. */
  metered: boolean
}

/** A subscription as Stripe has it now, and what is to become of an item of it. */
export interface ChangeTarget {
  now: Stripe.Subscription
  /** The item as it is. */
  before: Stripe.SubscriptionItem
  /** The item as it is to be. */
  item: { id: string; price: string; quantity?: number }
  /** Whether the item is that already. */
  isSame: boolean
  terms: ChangeTerms
}

/**
 * Looks at a subscription before its plan is changed, or the change is previewed. What is so already may be a
 * repetition, and costs nothing.
 *
 * @throws SUBSCRIPTION_OVER, SUBSCRIPTION_UNPAID, SUBSCRIPTION_NOT_COLLECTED, SUBSCRIPTION_MIXED, or as Stripe
 * does.
 */
export async function changeTarget(
  client: Stripe,
  subscription: string,
  { itemId, price, quantity, metered }: Wanted,
): Promise<ChangeTarget> {
  const now = await client.subscriptions.retrieve(subscription, { expand: ['latest_invoice'] })
  const before = itemOf(now, itemId)
  // Without a quantity Stripe would make it one.
  const kept = metered ? undefined : (quantity ?? before.quantity ?? 1)
  const item = { id: before.id, price, ...(kept !== undefined && { quantity: kept }) }
  const isSame = before.price.id === price && (metered || before.quantity === kept)
  return { now, before, item, isSame, terms: await termsOf(client, now, isSame) }
}

function itemOf({ id, items }: Stripe.Subscription, itemId?: string): Stripe.SubscriptionItem {
  if (itemId === undefined && items.data.length > 1) throw StripeErrors.SUBSCRIPTION_MIXED()
  const item = items.data.find((one) => itemId === undefined || one.id === itemId)
  if (!item) throw StripeErrors.STRIPE_REFUSED({ reason: `${id} has no item ${itemId ?? ''}` })
  return item
}
