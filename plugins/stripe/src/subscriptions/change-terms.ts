import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import type { ItemChange } from './change-target.js'
import { isCredit, isProration, itemOf, netOf } from './invoice-line.js'
import { keptOf } from './kept.js'
import { isOver } from './subscription-rows.js'

/** How Stripe is to bill a change. */
export type ChangeTerms = Pick<
  Stripe.SubscriptionUpdateParams,
  'billing_cycle_anchor' | 'proration_behavior'
> & { trial_end?: 'now' }

/** The rest of the period is charged, or given back as credit, at once. In a trial it costs nothing. */
export const COUNTED: ChangeTerms = { proration_behavior: 'always_invoice' }

/** A new period begins, and is charged in full: nothing is left of what was paid for the present one. */
const ANEW: ChangeTerms = { proration_behavior: 'none', billing_cycle_anchor: { type: 'now' } }

/** The trial ends, and the first period begins and is charged in full. */
const TRIED: ChangeTerms = { proration_behavior: 'none', trial_end: 'now' }

/**
 * The terms on which the plan of a subscription can be changed now. Stripe gives the rest of a period back as
 * credit whether it was paid or not, and also where that was refunded; we never give more than was really paid
 * and kept. A trial stays with the plans that have one.
 *
 * @param subscription with its latest invoice expanded.
 * @param hasTrial whether the plan it changes to can be tried.
 * @throws SUBSCRIPTION_OVER, SUBSCRIPTION_PAUSED, SUBSCRIPTION_NOT_COLLECTED, SUBSCRIPTION_UNPAID,
 * PERIOD_PARTLY_REFUNDED, or as Stripe does.
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 */
export async function termsOf(
  client: Stripe,
  subscription: Stripe.Subscription,
  item: ItemChange,
  hasTrial: boolean,
): Promise<ChangeTerms> {
  const { id, status, pause_collection: pause } = subscription
  if (isOver(status)) throw StripeErrors.SUBSCRIPTION_OVER()
  if (status === 'paused') throw StripeErrors.SUBSCRIPTION_PAUSED()
  if (pause) throw StripeErrors.SUBSCRIPTION_NOT_COLLECTED()
  if (status === 'trialing') return hasTrial ? COUNTED : TRIED
  // For an hour after a renewal its invoice is a draft.
  if (status !== 'active' || UNPAID.includes(latestInvoice(subscription)?.status ?? 'paid'))
    throw StripeErrors.SUBSCRIPTION_UNPAID()
  const [credit, { kept, doubtful }] = await Promise.all([
    creditFor(client, subscription, item),
    keptOf(client, id),
  ])
  if (credit <= kept - doubtful) return COUNTED
  if (kept <= 0) return ANEW
  throw StripeErrors.PERIOD_PARTLY_REFUNDED()
}

const UNPAID = ['draft', 'open']

const latestInvoice = ({ latest_invoice: invoice }: Stripe.Subscription) =>
  typeof invoice === 'object' ? invoice : null

/**
 * What Stripe would give back for the rest of the period, before it charges what the change costs. An earlier
 * change whose credit waits for the next invoice has its charge waiting too, which is taken off.
 *
 * @returns Infinity where not all lines come with the preview.
 */
async function creditFor(
  client: Stripe,
  { id: subscription, customer }: Stripe.Subscription,
  item: ItemChange,
): Promise<number> {
  const [{ lines }, waiting] = await Promise.all([
    client.invoices.createPreview({
      subscription,
      subscription_details: { items: [item], ...COUNTED },
    }),
    waitingItems(client, typeof customer === 'string' ? customer : customer.id),
  ])
  if (lines.has_more) return Infinity
  const counted = lines.data.filter(
    (line) => isCredit(line) || (isProration(line) && waiting.has(itemOf(line))),
  )
  return counted.reduce((sum, line) => sum - netOf(line), 0)
}

/** What is to be on a customer's next invoice. */
async function waitingItems(client: Stripe, customer: string): Promise<ReadonlySet<unknown>> {
  const ids = new Set<string>()
  const items = client.invoiceItems.list({ customer, pending: true, limit: 100 })
  for await (const { id } of items) ids.add(id)
  return ids
}
