import type { Transaction } from '@titanforge/core'
import { z } from 'zod'
import { reference } from './reading.js'

/** The lines of a Stripe invoice: what each asks for, and by which price. */
export const invoiceLines = z
  .object({
    data: z.array(
      z.object({
        amount: z.number().int(),
        discount_amounts: z.array(z.object({ amount: z.number().int() })).nullish(),
        pretax_credit_amounts: z
          .array(z.object({ amount: z.number().int(), type: z.string() }))
          .nullish(),
        taxes: z.array(z.object({ amount: z.number().int(), tax_behavior: z.string() })).nullish(),
        pricing: z.object({ price_details: z.object({ price: reference }).nullish() }).nullish(),
        // Where API versions before 2025-03-31 keep it.
        price: reference,
      }),
    ),
  })
  .nullish()
type InvoiceLines = z.infer<typeof invoiceLines>

/**
 * What of an invoice is asked for what was used, in minor units: its lines with metered prices, without discounts,
 * the billing credits that were applied to them, and tax. Only prices that are known already count.
 *
 * @see https://docs.stripe.com/api/invoice-line-item/object#invoice_line_item_object-pretax_credit_amounts
 */
export async function usageOf(tx: Transaction, lines: InvoiceLines): Promise<number> {
  const priced = (lines?.data ?? []).map((line) => ({
    price: line.pricing?.price_details?.price ?? line.price,
    amount:
      line.amount -
      sum(line.discount_amounts) -
      sum(line.pretax_credit_amounts?.filter(isBillingCredit)) -
      sum(line.taxes?.filter(isIncluded)),
  }))
  const metered = await tx.query<{ id: string }>(
    'SELECT stripe_price_id AS id FROM products WHERE metered AND stripe_price_id = ANY ($1)',
    [priced.map(({ price }) => price)],
  )
  const ids = new Set<string | null>(metered.map(({ id }) => id))
  return sum(priced.filter(({ price }) => ids.has(price)))
}

/** The discounts are among them too. */
const isBillingCredit = ({ type }: { type: string }) => type === 'credit_balance_transaction'

const isIncluded = ({ tax_behavior }: { tax_behavior: string }) => tax_behavior === 'inclusive'

const sum = (amounts: readonly { amount: number }[] | null | undefined) =>
  (amounts ?? []).reduce((total, { amount }) => total + amount, 0)
