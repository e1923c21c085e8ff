import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { isRefunded } from './is-refunded.js'
import { isOver } from './subscription-rows.js'

/** How Stripe is to bill a change. */
export type ChangeTerms = Pick<
  Stripe.SubscriptionUpdateParams,
  'billing_cycle_anchor' | 'proration_behavior'
>

/** The rest of the period is charged, or given back as credit, at once. */
export const COUNTED: ChangeTerms = { proration_behavior: 'always_invoice' }

/** A new period begins, and is charged in full: nobody has paid for the present one, or it was refunded. */
const ANEW: ChangeTerms = { proration_behavior: 'none', billing_cycle_anchor: { type: 'now' } }

/**
 * The terms on which the plan of a subscription can be changed now. Stripe gives the rest of a period back as
 * credit whether it was paid or not, and also where that was refunded; so the invoice decides. For an hour after a
 * renewal that is a draft.
 *
 * @param subscription with its latest invoice expanded.
 * @param isSame whether there is nothing to change; then it can be as it likes.
 * @throws SUBSCRIPTION_OVER, SUBSCRIPTION_UNPAID, SUBSCRIPTION_NOT_COLLECTED, or as Stripe does.
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 */
export async function termsOf(
  client: Stripe,
  subscription: Stripe.Subscription,
  isSame: boolean,
): Promise<ChangeTerms> {
  const { status, pause_collection: pause } = subscription
  if (isSame) return COUNTED
  if (isOver(status)) throw StripeErrors.SUBSCRIPTION_OVER()
  if (pause) throw StripeErrors.SUBSCRIPTION_NOT_COLLECTED()
  const invoice = invoiceOf(subscription)
  const paid = invoice?.status ?? 'paid'
  // Voided or written off: there is nothing that could be paid first.
  if (['void', 'uncollectible'].includes(paid)) return ANEW
  if (paid !== 'paid' || LATE.includes(status)) throw StripeErrors.SUBSCRIPTION_UNPAID()
  return invoice && (await isRefunded(client, invoice)) ? ANEW : COUNTED
}

const invoiceOf = ({ latest_invoice: invoice }: Stripe.Subscription) =>
  typeof invoice === 'object' ? invoice : null

const LATE = ['past_due', 'unpaid', 'incomplete']
