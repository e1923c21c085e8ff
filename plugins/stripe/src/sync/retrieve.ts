import type Stripe from 'stripe'
import { withAllItems } from '../with-all-items.js'
import { customerOfSummary, type ObjectType } from './snapshot.js'

/** Asks Stripe for an object, with all pages of what it lists. */
export async function retrieve(client: Stripe, type: ObjectType, id: string): Promise<object> {
  switch (type) {
    case 'product':
      return client.products.retrieve(id)
    case 'price':
      return client.prices.retrieve(id)
    case 'customer':
      return customer(client, id)
    case 'subscription':
      return subscription(client, id)
    case 'invoice':
      return invoice(client, id)
    case 'charge':
      return client.charges.retrieve(id)
    case 'refund':
      return client.refunds.retrieve(id)
    case 'dispute':
      return client.disputes.retrieve(id)
    case 'credit_note':
      return client.creditNotes.retrieve(id)
    case 'checkout.session':
      return checkoutSession(client, id)
    case 'entitlements.active_entitlement_summary':
      return entitlements(client, customerOfSummary(id))
  }
}

const PAGE = 100
/** More lines than Stripe allows on one invoice or session, and more features than anybody sells. */
const MOST = 10_000

async function subscription(client: Stripe, id: string): Promise<object> {
  const found = await withDiscounts(client, await client.subscriptions.retrieve(id))
  return withAllItems(client, found, termsOf(found.items))
}

/** Discounts have to be asked for, and few subscriptions have any. */
async function withDiscounts(client: Stripe, found: Stripe.Subscription) {
  if (!isFilled(found.discounts)) return found
  return client.subscriptions.retrieve(found.id, { expand: ['discounts.source.coupon'] })
}

/**
 * What has to be asked for of a subscription's items, or may have to of those on other pages. The coupon of a
 * discount is asked for by its discount, which keeps it when it is deleted.
 */
const termsOf = ({ data, has_more }: Stripe.Subscription['items']): string[] => [
  ...(has_more || data.some((item) => isFilled(item.discounts))
    ? ['data.discounts.source.coupon']
    : []),
  ...(has_more || data.some(({ price }) => price.tiers_mode) ? ['data.price.tiers'] : []),
]

async function checkoutSession({ checkout: { sessions } }: Stripe, id: string): Promise<object> {
  // Only what was to pay says that a payment which takes days has failed.
  const expand = ['line_items', 'payment_intent', 'subscription']
  const found = await sessions.retrieve(id, { expand })
  if (!found.line_items?.has_more) return found
  const data = await sessions.listLineItems(id, { limit: PAGE }).autoPagingToArray({ limit: MOST })
  return { ...found, line_items: { ...found.line_items, data, has_more: false } }
}

async function customer(client: Stripe, id: string): Promise<object> {
  const found = await client.customers.retrieve(id)
  if (found.deleted || typeof found.discount?.source.coupon !== 'string') return found
  return client.customers.retrieve(id, { expand: ['discount.source.coupon'] })
}

async function invoice(client: Stripe, id: string): Promise<object> {
  const found = await client.invoices.retrieve(id)
  // API versions of long ago, and what stands in for Stripe, may leave the lines out.
  if (!(found as Partial<Stripe.Invoice>).lines?.has_more) return found
  const data = await client.invoices
    .listLineItems(id, { limit: PAGE })
    .autoPagingToArray({ limit: MOST })
  return { ...found, lines: { ...found.lines, data, has_more: false } }
}

// API versions before 2024-09-30 have no such lists.
const isFilled = (list: readonly unknown[] | undefined) => list !== undefined && list.length > 0

async function entitlements(client: Stripe, customer: string): Promise<object> {
  const { livemode } = await client.customers.retrieve(customer).then((found) => {
    if (found.deleted) return { livemode: false }
    return found
  })
  const data = await client.entitlements.activeEntitlements
    .list({ customer, limit: PAGE })
    .autoPagingToArray({ limit: MOST })
  return { customer, livemode, entitlements: { data } }
}
