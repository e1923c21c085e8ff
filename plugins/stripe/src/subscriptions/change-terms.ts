import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import type { Billing } from './billing.js'
import { beginning, counting, trialGoingOn, type Intended } from './look.js'
import { isOver } from './subscription-rows.js'

/** How a change is billed, as it was looked at. It is carried out so, or not at all. */
export interface ChangeTerms {
  billing: Billing
  /** At which it was looked at, and from which it is counted, in seconds by Stripe's clock. */
  moment: number
  /** What Stripe would bill for it at once; null where nothing changes, or a trial goes on. */
  invoice: Stripe.Invoice | null
}

/**
 * The terms on which the plan of a subscription can be changed now. Stripe gives the rest of a period back as
 * credit whether it was paid or not, and also where that was refunded; we never give more than was really paid
 * and kept. A trial stays with the plans that have one.
 *
 * @throws SUBSCRIPTION_OVER, SUBSCRIPTION_PAUSED, SUBSCRIPTION_NOT_COLLECTED, SUBSCRIPTION_MIXED,
 * SUBSCRIPTION_UNPAID, PERIOD_PARTLY_REFUNDED, CHANGES_WAITING, TRIAL_ENDING, PERIOD_ENDING, SUBSCRIPTION_ENDING,
 * PREVIEW_OUTDATED, or as Stripe does.
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 */
export async function termsOf(client: Stripe, intended: Intended): Promise<ChangeTerms> {
  const { now, before, item, hasTrial } = intended
  if (isOver(now.status)) throw StripeErrors.SUBSCRIPTION_OVER()
  if (now.status === 'paused') throw StripeErrors.SUBSCRIPTION_PAUSED()
  if (now.pause_collection) throw StripeErrors.SUBSCRIPTION_NOT_COLLECTED()
  if (now.status === 'trialing')
    return before.price.id === item.price || hasTrial
      ? trialGoingOn(client, intended)
      : beginning(client, intended, 'tried')
  if (hasSeveralRhythms(now)) throw StripeErrors.SUBSCRIPTION_MIXED()
  // For an hour after a renewal its invoice is a draft.
  if (now.status !== 'active' || UNPAID.includes(latestInvoice(now)?.status ?? 'paid'))
    throw StripeErrors.SUBSCRIPTION_UNPAID()
  return counting(client, intended)
}

/** Items of several rhythms have a period each, and a new period would begin for all of them. */
function hasSeveralRhythms({ items }: Stripe.Subscription): boolean {
  const rhythms = items.data.map(
    ({ price: { recurring } }) => `${recurring?.interval_count} ${recurring?.interval}`,
  )
  return new Set(rhythms).size > 1
}

const UNPAID = ['draft', 'open']

const latestInvoice = ({ latest_invoice: invoice }: Stripe.Subscription) =>
  typeof invoice === 'object' ? invoice : null
