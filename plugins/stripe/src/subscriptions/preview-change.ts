import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'

/** What a change would cost. */
export interface Preview {
  /** Minor units that are due at once; below zero where it is a credit. */
  amountDue: number
  currency: string
  /** Seconds since the epoch, by Stripe's clock; hand it to the change. */
  prorationDate: number
  lines: { description: string | null; amount: number }[]
}

/** For how long a preview holds, in seconds: long enough to read it. */
const HOLDS_SECONDS = 600

/** What an item of a subscription is to be. */
export interface ChangedItem {
  id: string
  price: string
  quantity?: number | undefined
}

/** Asks Stripe what a change of one item would cost now, without making it. */
export async function previewChange(
  client: Stripe,
  subscription: string,
  item: ChangedItem,
): Promise<Preview> {
  const invoice = await client.invoices.createPreview({
    subscription,
    subscription_details: { items: [item], proration_behavior: 'always_invoice' },
  })
  const { amount_due: amountDue, currency, created, parent } = invoice
  const prorated = parent?.subscription_details?.subscription_proration_date
  return {
    amountDue,
    currency,
    prorationDate: prorated ?? created,
    lines: invoice.lines.data.map(({ description, amount }) => ({ description, amount })),
  }
}

/**
 * Lets a change be counted from a preview of the last ten minutes only: nobody may choose another moment, or
 * the rest of the period would be as long as they like.
 *
 * @param previewedAt seconds since the epoch, by Stripe's clock.
 * @throws PREVIEW_OUTDATED
 */
export async function refuseOldPreview(
  client: Stripe,
  subscription: string,
  item: ChangedItem,
  previewedAt: number,
): Promise<void> {
  const { prorationDate: now } = await previewChange(client, subscription, item)
  if (previewedAt > now || now - previewedAt > HOLDS_SECONDS) throw StripeErrors.PREVIEW_OUTDATED()
}
