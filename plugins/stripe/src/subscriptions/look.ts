import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import { BEGINNING, billingParams, COUNTED_NOW } from './billing.js'
import type { ItemChange } from './change-target.js'
import type { ChangeTerms } from './change-terms.js'
import { keptOf } from './kept.js'
import { periodEnding, refuseLate } from './period-ending.js'
import { restOf } from './rest-of-period.js'
import { endTakenBack, refuseBeyondEnd } from './scheduled-end.js'
import { refuseOldMoment } from './shown.js'
import { verdictOnRest } from './verdict-on-rest.js'
import { waitingOf } from './waiting.js'

/** A subscription in its present period, and what is to become of an item of it. */
export interface Intended {
  /** With its latest invoice expanded, and all of its items. */
  now: Stripe.Subscription
  before: Stripe.SubscriptionItem
  item: ItemChange
  /** Whether the plan it changes to can be tried. */
  hasTrial: boolean
  /** From when a preview has counted it, in seconds by Stripe's clock; undefined where none is told. */
  shownAt: number | undefined
}

/** Looks at a change of a trial that goes on. Nothing is billed for it, if it comes before the trial is over. */
export async function trialGoingOn(client: Stripe, intended: Intended): Promise<ChangeTerms> {
  // Of what ends with its trial Stripe would have nothing to show.
  const lasting = { ...COUNTED_NOW, ...endTakenBack(intended.now) }
  const moment = momentOf(intended, await previewed(client, intended, lasting))
  return { billing: 'counted', moment, invoice: null }
}

/**
 * Looks at a change that begins a period, which is charged in full.
 *
 * @throws TRIAL_ENDING, PERIOD_ENDING, PREVIEW_OUTDATED, SUBSCRIPTION_ENDING
 */
export async function beginning(
  client: Stripe,
  intended: Intended,
  billing: 'anew' | 'tried',
): Promise<ChangeTerms> {
  const { now, before, shownAt } = intended
  const invoice = await previewed(client, intended, BEGINNING[billing])
  // Stripe would make it at once: so this is the time by the subscription's own clock.
  const moment = invoice.created
  refuseLate(now.status, before.current_period_end - moment)
  if (shownAt !== undefined) refuseOldMoment(shownAt, moment, before)
  refuseBeyondEnd(now, invoice)
  return { billing, moment, invoice }
}

/**
 * Looks at what is left of a period that is paid: whether the rest is counted, or a period begins anew.
 *
 * @throws PREVIEW_OUTDATED, PERIOD_PARTLY_REFUNDED, SUBSCRIPTION_MIXED, CHANGES_WAITING, PERIOD_ENDING,
 * SUBSCRIPTION_ENDING
 */
export async function counting(client: Stripe, intended: Intended): Promise<ChangeTerms> {
  const { now, before, item } = intended
  const fresh = await previewed(client, intended, COUNTED_NOW)
  const moment = momentOf(intended, fresh)
  const isFresh = intended.shownAt === undefined
  const invoice = isFresh
    ? fresh
    : await previewed(client, intended, billingParams('counted', moment))
  // After the previews: a fee that comes between them is known, and not taken for a change.
  const [waiting, kept] = await Promise.all([waitingOf(client, now), keptOf(client, now.id)])
  const rest = restOf(invoice, waiting)
  const isMore = before.price.id === item.price && (item.quantity ?? 0) > (before.quantity ?? 0)
  const verdict = verdictOnRest(rest, kept, isMore)
  if (verdict === 'anew') return beginning(client, intended, 'anew')
  if (verdict === 'uncertain') {
    if (rest.credit < Infinity) throw StripeErrors.PERIOD_PARTLY_REFUNDED()
    // All that is not shown is of the change then, which is of many items.
    if (waiting.size === 0) throw StripeErrors.SUBSCRIPTION_MIXED()
    throw StripeErrors.CHANGES_WAITING({ until: new Date(before.current_period_end * 1000) })
  }
  refuseBeyondEnd(now, invoice)
  return { billing: 'counted', moment, invoice }
}

/** Asks Stripe what it would bill for a change, without making it. */
const previewed = (
  { invoices }: Stripe,
  { now, item }: Intended,
  billing: Stripe.InvoiceCreatePreviewParams.SubscriptionDetails,
): Promise<Stripe.Invoice> =>
  invoices.createPreview({
    subscription: now.id,
    subscription_details: { items: [item], ...billing },
  })

/**
 * The moment of the present period from which a change is counted: that of a preview of some minutes ago, or now.
 * Where Stripe has nothing to count, it names none, and any will do.
 *
 * @param fresh what Stripe would bill now.
 * @throws PREVIEW_OUTDATED; TRIAL_ENDING, PERIOD_ENDING where it is another period by now.
 */
function momentOf({ now, before, shownAt }: Intended, { parent }: Stripe.Invoice): number {
  const { current_period_start: start, current_period_end: end } = before
  const clock = parent?.subscription_details?.subscription_proration_date ?? start
  if (clock >= end) throw periodEnding(now.status, 0)
  if (shownAt !== undefined) refuseOldMoment(shownAt, clock, before)
  return shownAt ?? clock
}
