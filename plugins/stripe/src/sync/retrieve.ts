import type Stripe from 'stripe'
import { customerOfSummary, type ObjectType } from './snapshot.js'

/** Asks Stripe for an object, with all pages of what it lists. */
export async function retrieve(client: Stripe, type: ObjectType, id: string): Promise<object> {
  switch (type) {
    case 'product':
      return client.products.retrieve(id)
    case 'price':
      return client.prices.retrieve(id)
    case 'customer':
      return client.customers.retrieve(id)
    case 'subscription':
      return subscription(client, id)
    case 'invoice':
      return client.invoices.retrieve(id)
    case 'charge':
      return client.charges.retrieve(id)
    case 'refund':
      return client.refunds.retrieve(id)
    case 'dispute':
      return client.disputes.retrieve(id)
    case 'credit_note':
      return client.creditNotes.retrieve(id)
    case 'checkout.session':
      return client.checkout.sessions.retrieve(id, { expand: ['line_items'] })
    case 'entitlements.active_entitlement_summary':
      return entitlements(client, customerOfSummary(id))
  }
}

const PAGE = 100
/** More items than Stripe allows on one subscription, and more features than anybody sells. */
const MOST = 10_000

async function subscription(client: Stripe, id: string): Promise<object> {
  const found = await client.subscriptions.retrieve(id)
  if (!found.items.has_more) return found
  const data = await client.subscriptionItems
    .list({ subscription: id, limit: PAGE })
    .autoPagingToArray({ limit: MOST })
  return { ...found, items: { ...found.items, data, has_more: false } }
}

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
