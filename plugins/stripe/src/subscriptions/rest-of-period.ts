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
 * Of a preview Stripe shows ten lines and no more, the newest first. So all that the change makes has been seen where
 * the lines begin with it, and end with what has waited.
 *
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 * @see https://docs.stripe.com/api/invoices/object#invoice_object-lines
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
    waitingItems(client, typeof customer === 'string' ? customer : customer.id, subscription),
  ])
  const waits = [...waiting.values()].includes(true)
  const isWaiting = (line: Stripe.InvoiceLineItem) => waiting.has(itemOf(line) ?? '')
  if (lines.has_more && !isEnough(lines.data, waiting))
    return { credit: Infinity, charge: 0, waits }
  const rest = { credit: 0, charge: 0, waits }
  for (const line of lines.data.filter(isProration))
    if (isCredit(line) || isWaiting(line)) rest.credit -= netOf(line)
    else rest.charge += netOf(line)
  return rest
}

/** What is to be on the customer's next invoice: whether it is of an earlier change of the subscription, by id. */
type Waiting = ReadonlyMap<string, boolean>

async function waitingItems(
  client: Stripe,
  customer: string,
  subscription: string,
): Promise<Waiting> {
  const waiting = new Map<string, boolean>()
  const items = client.invoiceItems.list({ customer, pending: true, limit: 100 })
  for await (const { id, parent, proration } of items)
    waiting.set(id, proration && parent?.subscription_details?.subscription === subscription)
  return waiting
}

/** Whether the first lines show all that a change makes, and all that waits of earlier ones. */
function isEnough(lines: readonly Stripe.InvoiceLineItem[], waiting: Waiting): boolean {
  const shown = lines.map((line) => itemOf(line) ?? '')
  const isOrdered = !waiting.has(shown[0] ?? '') && waiting.has(shown.at(-1) ?? '')
  return isOrdered && [...waiting].every(([id, isChange]) => !isChange || shown.includes(id))
}
