import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import type { ChangeTarget } from './change-target.js'
import { COUNTED } from './change-terms.js'

/** What a change is bound to, once it was shown. */
export interface Shown {
  /** Minor units that are due at once. */
  amountDue: number
  /** Minor units that are put to the customer's credit, for invoices to come. */
  credit: number
  /** Seconds since the epoch, by Stripe's clock. */
  prorationDate: number
}

/** What a change would cost. */
export interface Preview extends Shown {
  currency: string
  /**
   * Whether the rest of the present period is counted; else a new one begins with the change, because nothing is
   * left of what was paid for the present one, or the plan is not one that can be tried.
   */
  isPeriodCounted: boolean
  /** What becomes of the trial that it is in: it goes on and nothing is charged, or it ends. Null in no trial. */
  trial: 'goes_on' | 'ends' | null
  lines: { description: string | null; amount: number }[]
}

/** For how long a preview holds, in seconds: long enough to read it. */
const HOLDS_SECONDS = 600

/**
 * Asks Stripe what a change of one item would cost, without making it.
 *
 * @param at seconds since the epoch from which it is counted; now, if left out.
 */
export async function previewChange(
  client: Stripe,
  { now, item, isSame, terms }: ChangeTarget,
  at?: number,
): Promise<Preview> {
  const isPeriodCounted = terms === COUNTED
  const moment = isPeriodCounted && at !== undefined ? { proration_date: at } : {}
  const invoice = await client.invoices.createPreview({
    subscription: now.id,
    subscription_details: { items: [item], ...terms, ...moment },
  })
  const { amount_due, total, currency, created, parent, lines } = invoice
  const prorated = parent?.subscription_details?.subscription_proration_date
  const trial = now.status === 'trialing' ? (isPeriodCounted ? 'goes_on' : 'ends') : null
  const frame = { currency, prorationDate: prorated ?? created, isPeriodCounted, trial } as const
  // Where nothing changes, or a trial goes on, what Stripe shows is the renewal.
  if (isSame || trial === 'goes_on') return { ...frame, amountDue: 0, credit: 0, lines: [] }
  return {
    ...frame,
    amountDue: amount_due,
    credit: Math.max(0, -total),
    lines: lines.data.map(({ description, amount }) => ({ description, amount })),
  }
}

/**
 * Lets a change be counted from a preview of the last ten minutes only, and of the present period: nobody may
 * choose another moment, or the rest of the period would be as long as they like. And it has to cost what was
 * shown, whatever was refunded, credited or priced otherwise since.
 *
 * @throws PREVIEW_OUTDATED
 */
export async function refuseOldPreview(
  client: Stripe,
  target: ChangeTarget,
  shown: Shown,
): Promise<void> {
  const now = await previewChange(client, target)
  const age = now.prorationDate - shown.prorationDate
  const isRecent = age >= 0 && age <= HOLDS_SECONDS
  if (!isRecent || shown.prorationDate < target.before.current_period_start)
    throw StripeErrors.PREVIEW_OUTDATED()
  const then = age === 0 ? now : await previewChange(client, target, shown.prorationDate)
  if (then.amountDue !== shown.amountDue || then.credit !== shown.credit)
    throw StripeErrors.PREVIEW_OUTDATED()
}
