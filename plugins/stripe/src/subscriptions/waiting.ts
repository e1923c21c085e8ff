import type Stripe from 'stripe'

/**
 * What is to be on a subscription's next invoice, by id (`ii_…`): a change of it that was made earlier, or something
 * else, such as a fee.
 */
export type Waiting = ReadonlyMap<string, 'change' | 'other'>

/**
 * Lists what waits for the next invoice of a subscription, such as the changes that Stripe's portal makes. What is
 * another subscription's own waits for the invoice of that one.
 *
 * @see https://docs.stripe.com/api/invoiceitems/create#create_invoiceitem-subscription
 */
export async function waitingOf(
  { invoiceItems }: Stripe,
  { id, customer }: Stripe.Subscription,
): Promise<Waiting> {
  const waiting = new Map<string, 'change' | 'other'>()
  const whose = typeof customer === 'string' ? customer : customer.id
  const pending = invoiceItems.list({ customer: whose, pending: true, limit: 100 })
  for await (const item of pending) {
    const subscription = item.parent?.subscription_details?.subscription ?? id
    if (subscription === id) waiting.set(item.id, item.proration ? 'change' : 'other')
  }
  return waiting
}
