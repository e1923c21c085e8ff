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
 * What of an invoice is for what was used, in minor units: its lines with metered prices, without discounts
 * and tax. Only prices that are known already count.
 */
export async function usageOf(tx: Transaction, lines: InvoiceLines): Promise<number> {
  const priced = (lines?.data ?? []).map((line) => ({
    price: line.pricing?.price_details?.price ?? line.price,
    amount: line.amount - sum(line.discount_amounts) - sum(line.taxes?.filter(isIncluded)),
  }))
  const metered = await tx.query<{ id: string }>(
    'SELECT stripe_price_id AS id FROM products WHERE metered AND stripe_price_id = ANY ($1)',
    [priced.map(({ price }) => price)],
  )
  const ids = new Set<string | null>(metered.map(({ id }) => id))
  return sum(priced.filter(({ price }) => ids.has(price)))
}

const isIncluded = ({ tax_behavior }: { tax_behavior: string }) => tax_behavior === 'inclusive'

const sum = (amounts: readonly { amount: number }[] | null | undefined) =>
  (amounts ?? []).reduce((total, { amount }) => total + amount, 0)
