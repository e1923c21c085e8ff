import type Stripe from 'stripe'
import type { ItemChange } from './change-target.js'
import { isCredit, isProration, itemOf, netOf } from './invoice-line.js'

/** What would become of the rest of the present period if it were counted. Minor units. */
export interface Rest {
  /** What Stripe would give back, whether that was paid or not; Infinity where that is not known. */
  credit: number
  /** What the change would charge for the rest. */
  charge: number
  /** Whether an earlier change of the period waits to be billed. */
  waits: boolean
}

/**
 * Asks Stripe what counting the rest would give back, and what it would charge. An earlier change whose credit
 * waits for the next invoice, as the portal may make it, has its charge waiting too, which is taken off.
 *
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 */
export async function restOfPeriod(
  client: Stripe,
  { id: subscription, customer }: Stripe.Subscription,
  item: ItemChange,
): Promise<Rest> {
  const [{ lines }, waiting] = await Promise.all([
    client.invoices.createPreview({
      subscription,
      subscription_details: { items: [item], proration_behavior: 'always_invoice' },
    }),
    waitingProrations(client, typeof customer === 'string' ? customer : customer.id, subscription),
  ])
  const waits = waiting.size > 0
  if (lines.has_more) return { credit: Infinity, charge: 0, waits }
  const rest = { credit: 0, charge: 0, waits }
  for (const line of lines.data.filter(isProration))
    if (isCredit(line) || waiting.has(itemOf(line))) rest.credit -= netOf(line)
    else rest.charge += netOf(line)
  return rest
}

/** The items of earlier changes that are to be on the subscription's next invoice. */
async function waitingProrations(
  client: Stripe,
  customer: string,
  subscription: string,
): Promise<ReadonlySet<unknown>> {
  const ids = new Set<string>()
  const items = client.invoiceItems.list({ customer, pending: true, limit: 100 })
  for await (const { id, parent, proration } of items)
    if (proration && parent?.subscription_details?.subscription === subscription) ids.add(id)
  return ids
}
