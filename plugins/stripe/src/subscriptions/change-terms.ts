import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import type { ItemChange } from './change-target.js'
import { keptOf } from './kept.js'
import { restOfPeriod } from './rest-of-period.js'
import { isOver } from './subscription-rows.js'
import { verdictOnRest } from './verdict-on-rest.js'

/** What an item of a subscription is, and is to be. */
export interface Intended {
  before: Stripe.SubscriptionItem
  item: ItemChange
  /** Whether the plan it changes to can be tried. */
  hasTrial: boolean
}

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
export const TRIED: ChangeTerms = { proration_behavior: 'none', trial_end: 'now' }

/**
 * What a request to end a trial may take until it is carried out, in seconds, with all its tries. Where the trial was
 * over by then, the plan would be changed, and nothing charged for it: what Stripe makes of `trial_end: 'now'` once
 * there is no trial is not documented.
 */
const CARRIED_OUT_SECONDS = 120
/** What Stripe may take to begin the first period of a trial that is over. */
const RENEWED_SECONDS = 60

/**
 * The terms on which the plan of a subscription can be changed now. Stripe gives the rest of a period back as
 * credit whether it was paid or not, and also where that was refunded; we never give more than was really paid
 * and kept. A trial stays with the plans that have one.
 *
 * @param now with its latest invoice expanded, and all of its items.
 * @throws SUBSCRIPTION_OVER, SUBSCRIPTION_PAUSED, SUBSCRIPTION_NOT_COLLECTED, SUBSCRIPTION_MIXED,
 * TRIAL_ENDING, SUBSCRIPTION_UNPAID, PERIOD_PARTLY_REFUNDED, CHANGES_WAITING, or as Stripe does.
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 */
export async function termsOf(
  client: Stripe,
  now: Stripe.Subscription,
  { before, item, hasTrial }: Intended,
): Promise<ChangeTerms> {
  const { id, status, pause_collection: pause } = now
  if (isOver(status)) throw StripeErrors.SUBSCRIPTION_OVER()
  if (status === 'paused') throw StripeErrors.SUBSCRIPTION_PAUSED()
  if (pause) throw StripeErrors.SUBSCRIPTION_NOT_COLLECTED()
  const isSamePlan = before.price.id === item.price
  if (status === 'trialing') {
    if (isSamePlan || hasTrial) return COUNTED
    await refuseLate(client, now, item)
    return TRIED
  }
  if (hasSeveralRhythms(now)) throw StripeErrors.SUBSCRIPTION_MIXED()
  // For an hour after a renewal its invoice is a draft.
  if (status !== 'active' || UNPAID.includes(latestInvoice(now)?.status ?? 'paid'))
    throw StripeErrors.SUBSCRIPTION_UNPAID()
  const [rest, kept] = await Promise.all([restOfPeriod(client, now, item), keptOf(client, id)])
  const isMore = isSamePlan && (item.quantity ?? 0) > (before.quantity ?? 0)
  const verdict = verdictOnRest(rest, kept, isMore)
  if (verdict === 'uncertain') {
    if (rest.credit < Infinity) throw StripeErrors.PERIOD_PARTLY_REFUNDED()
    throw StripeErrors.CHANGES_WAITING({ until: new Date(before.current_period_end * 1000) })
  }
  return verdict === 'counted' ? COUNTED : ANEW
}

/** Lets no trial be ended by a request that may come when it is over. */
async function refuseLate(
  client: Stripe,
  { id: subscription, trial_end }: Stripe.Subscription,
  item: ItemChange,
): Promise<void> {
  // A preview is the one thing that tells the time by the subscription's own clock.
  const { created } = await client.invoices.createPreview({
    subscription,
    subscription_details: { items: [item], ...TRIED },
  })
  const left = (trial_end ?? created) - created
  if (left >= CARRIED_OUT_SECONDS) return
  const seconds = Math.max(0, left) + RENEWED_SECONDS
  throw StripeErrors.TRIAL_ENDING({ seconds }, { details: { retryAfterSeconds: seconds } })
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
