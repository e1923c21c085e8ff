import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { withAllItems } from '../with-all-items.js'
import { termsOf, type ChangeTerms } from './change-terms.js'

/** What an item of a subscription is to be. */
export interface Wanted {
  /** `si_…`; the only item, if left out. */
  itemId?: string | undefined
  price: string
  /** As many as now, if left out. */
  quantity?: number | undefined
  /** The most that may be asked for; more than that may have been agreed on elsewhere, and is kept. */
  atMost?: number | undefined
  /** Metered prices have no quantity. */
  metered: boolean
  /** Whether the plan is one that can be tried. */
  hasTrial: boolean
}

/** A subscription as Stripe has it now, and what is to become of an item of it. */
export interface ChangeTarget {
  /** With all of its items. */
  now: Stripe.Subscription
  /** The item as it is. */
  before: Stripe.SubscriptionItem
  /** The item as it is to be. */
  item: ItemChange
  /** Whether the item is that already. */
  isSame: boolean
  terms: ChangeTerms
}

export interface ItemChange {
  id: string
  price: string
  quantity?: number
}

/**
 * Looks at a subscription before its plan is changed, or the change is previewed. What is so already may be a
 * repetition, and costs nothing.
 *
 * @param shownAt from when a preview has counted the change, in seconds by Stripe's clock; now, if left out.
 * @throws QUANTITY_TOO_HIGH, SUBSCRIPTION_MIXED, or as {@link termsOf} and Stripe do.
 */
export async function changeTarget(
  client: Stripe,
  subscription: string,
  { itemId, price, quantity, atMost = Infinity, metered, hasTrial }: Wanted,
  shownAt?: number,
): Promise<ChangeTarget> {
  const found = await client.subscriptions.retrieve(subscription, { expand: ['latest_invoice'] })
  const now = await withAllItems(client, found)
  const before = itemOf(now, itemId)
  // Without a quantity Stripe would make it one.
  const kept = metered ? undefined : (quantity ?? before.quantity ?? 1)
  if ((kept ?? 0) > Math.max(atMost, before.quantity ?? 0))
    throw StripeErrors.QUANTITY_TOO_HIGH({ most: atMost })
  const item = { id: before.id, price, ...(kept !== undefined && { quantity: kept }) }
  const isSame = before.price.id === price && (metered || before.quantity === kept)
  const terms = isSame
    ? nothingAsked(before)
    : await termsOf(client, { now, before, item, hasTrial, shownAt })
  return { now, before, item, isSame, terms }
}

/** What is so already costs nothing, from whatever moment of the period. */
function nothingAsked({ current_period_start: moment }: Stripe.SubscriptionItem): ChangeTerms {
  return { billing: 'counted', moment, invoice: null }
}

function itemOf({ id, items }: Stripe.Subscription, itemId?: string): Stripe.SubscriptionItem {
  if (itemId === undefined && items.data.length > 1) throw StripeErrors.SUBSCRIPTION_MIXED()
  const item = items.data.find((one) => itemId === undefined || one.id === itemId)
  if (!item) throw StripeErrors.STRIPE_REFUSED({ reason: `${id} has no item ${itemId ?? ''}` })
  return item
}
