import type Stripe from 'stripe'

export type Line = Stripe.InvoiceLineItem

export const sumOf = (lines: readonly Line[]) => lines.reduce((sum, { amount }) => sum + amount, 0)

export const isFee = ({ parent }: Line) => Boolean(parent?.invoice_item_details)

export const idOf = ({ parent }: Line) =>
  (parent?.invoice_item_details ?? parent?.subscription_item_details)?.invoice_item ?? ''

let made = 0

export function line(amount: number, end: number, of: 'period' | 'proration' | 'fee'): Line {
  const invoice_item = of === 'period' ? null : `ii_${made++}`
  const details = { invoice_item, proration: of === 'proration' }
  const parent =
    of === 'fee' ? { invoice_item_details: details } : { subscription_item_details: details }
  return { amount, period: { start: 0, end }, parent } as unknown as Line
}
