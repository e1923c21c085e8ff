import type Stripe from 'stripe'

/**
 * What a line adds to its invoice, in minor units: with its discounts, the billing credits that were applied to it, and
 * the tax that comes on top.
 *
 * @see https://docs.stripe.com/api/invoice-line-item/object#invoice_line_item_object-pretax_credit_amounts
 */
export function netOf({
  amount,
  discount_amounts,
  pretax_credit_amounts,
  taxes,
}: Stripe.InvoiceLineItem): number {
  // The discounts are among them too.
  const credits = (pretax_credit_amounts ?? []).filter(
    ({ type }) => type === 'credit_balance_transaction',
  )
  const onTop = (taxes ?? []).filter(({ tax_behavior }) => tax_behavior === 'exclusive')
  return amount - sum(discount_amounts) - sum(credits) + sum(onTop)
}

const sum = (amounts: readonly { amount: number }[] | null | undefined) =>
  (amounts ?? []).reduce((total, { amount }) => total + amount, 0)

/** Whether a line is for a part of a period, because of a change. */
export const isProration = ({ parent }: Stripe.InvoiceLineItem): boolean =>
  (parent?.subscription_item_details ?? parent?.invoice_item_details)?.proration ?? false

/** The item that a line is made of, where there is one: `ii_…`. */
export const itemOf = ({ parent }: Stripe.InvoiceLineItem): string | null | undefined =>
  (parent?.subscription_item_details ?? parent?.invoice_item_details)?.invoice_item

/** Whether a line gives the rest of a period back. */
export const isCredit = (line: Stripe.InvoiceLineItem): boolean =>
  isProration(line) && netOf(line) < 0

/** Whether a line is for a plan in the time to come, and not for what was used, or for something else. */
export const isAhead = (line: Stripe.InvoiceLineItem, { created }: Stripe.Invoice): boolean =>
  (isProration(line) || Boolean(line.parent?.subscription_item_details)) &&
  line.period.end > created
