import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import type { ChangeTarget } from './change-target.js'
import { COUNTED } from './change-terms.js'

/** What a change would cost. */
export interface Preview {
  /** Minor units that are due at once. */
  amountDue: number
  /** Minor units that are put to the customer's credit, for invoices to come. */
  credit: number
  currency: string
  /** Seconds since the epoch, by Stripe's clock; hand it to the change. */
  prorationDate: number
  /**
   * Whether the rest of the present period is counted; else a new one begins with the change, because the present
   * one was not paid, or was refunded.
   */
  isPeriodCounted: boolean
  lines: { description: string | null; amount: number }[]
}

/** For how long a preview holds, in seconds: long enough to read it. */
const HOLDS_SECONDS = 600

/** Asks Stripe what a change of one item would cost now, without making it. */
export async function previewChange(
  client: Stripe,
  { now, item, isSame, terms }: ChangeTarget,
): Promise<Preview> {
  const invoice = await client.invoices.createPreview({
    subscription: now.id,
    subscription_details: { items: [item], ...terms },
  })
  const { amount_due, total, currency, created, parent, lines } = invoice
  const prorated = parent?.subscription_details?.subscription_proration_date
  const frame = { currency, prorationDate: prorated ?? created, isPeriodCounted: terms === COUNTED }
  // Where nothing changes, what Stripe shows is the renewal.
  if (isSame) return { ...frame, amountDue: 0, credit: 0, lines: [] }
  return {
    ...frame,
    amountDue: amount_due,
    credit: Math.max(0, -total),
    lines: lines.data.map(({ description, amount }) => ({ description, amount })),
  }
}

/**
 * Lets a change be counted from a preview of the last ten minutes only, and of the present period: nobody may
 * choose another moment, or the rest of the period would be as long as they like.
 *
 * @param previewedAt seconds since the epoch, by Stripe's clock.
 * @throws PREVIEW_OUTDATED
 */
export async function refuseOldPreview(
  client: Stripe,
  target: ChangeTarget,
  previewedAt: number,
): Promise<void> {
  const { prorationDate: now } = await previewChange(client, target)
  const isRecent = previewedAt <= now && now - previewedAt <= HOLDS_SECONDS
  if (!isRecent || previewedAt < target.before.current_period_start)
    throw StripeErrors.PREVIEW_OUTDATED()
}
