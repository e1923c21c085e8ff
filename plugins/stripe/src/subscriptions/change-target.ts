import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { isOver } from './subscription-rows.js'

/** A subscription with one item, as Stripe has it now, and what is to become of the item. */
export interface ChangeTarget {
  sub: string
  item: { id: string; price: string; quantity?: number | undefined }
  /** Whether the item is that already. */
  isSame: boolean
}

/** What the item is to be. Metered prices have no quantity; the others keep theirs where none is named. */
export interface Wanted {
  price: string
  quantity: number | undefined
  metered: boolean
}

/**
 * Looks at a subscription before its plan is changed.
 *
 * @throws SUBSCRIPTION_OVER, SUBSCRIPTION_UNPAID, SUBSCRIPTION_MIXED
 */
export async function changeTarget(
  client: Stripe,
  sub: string,
  { price, quantity, metered }: Wanted,
): Promise<ChangeTarget> {
  const now = await client.subscriptions.retrieve(sub, { expand: ['latest_invoice'] })
  refuseUnpaid(now)
  const [only, ...others] = now.items.data
  if (!only || others.length > 0) throw StripeErrors.SUBSCRIPTION_MIXED()
  const kept = quantity ?? only.quantity ?? 1
  const item = { id: only.id, price, ...(metered ? {} : { quantity: kept }) }
  const isSame = only.price.id === price && (metered || only.quantity === kept)
  return { sub, item, isSame }
}

/**
 * @param subscription with its latest invoice expanded.
 * @throws SUBSCRIPTION_OVER, SUBSCRIPTION_UNPAID
 */
export function refuseUnpaid(subscription: Stripe.Subscription): void {
  if (isOver(subscription.status)) throw StripeErrors.SUBSCRIPTION_OVER()
  if (!isPaid(subscription)) throw StripeErrors.SUBSCRIPTION_UNPAID()
}

/**
 * Whether the period is paid; for an hour after a renewal its invoice is a draft, and is not. Stripe gives the
 * rest of a period back as credit whether it was paid or not.
 *
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 */
function isPaid({ status, latest_invoice: invoice }: Stripe.Subscription): boolean {
  if (['past_due', 'unpaid', 'incomplete'].includes(status)) return false
  if (invoice === null || typeof invoice === 'string') return true
  return invoice.status === 'paid'
}
