import type Stripe from 'stripe'

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

/** Whether a change may be counted from this moment. Both are seconds since the epoch, by Stripe's clock. */
export const isRecent = (previewedAt: number, now: number): boolean =>
  previewedAt <= now && now - previewedAt <= HOLDS_SECONDS

/**
 * Asks Stripe what a change of one item would cost, without making it.
 *
 * @param prorationDate seconds since the epoch; now, by Stripe's clock, if left out.
 */
export async function previewChange(
  client: Stripe,
  subscription: string,
  item: { id: string; price: string; quantity?: number | undefined },
  prorationDate?: number,
): Promise<Preview> {
  const invoice = await client.invoices.createPreview({
    subscription,
    subscription_details: {
      items: [item],
      proration_behavior: 'always_invoice',
      ...(prorationDate === undefined ? {} : { proration_date: prorationDate }),
    },
  })
  const { amount_due: amountDue, currency, created, parent } = invoice
  const prorated = parent?.subscription_details?.subscription_proration_date
  return {
    amountDue,
    currency,
    prorationDate: prorationDate ?? prorated ?? created,
    lines: invoice.lines.data.map(({ description, amount }) => ({ description, amount })),
  }
}
