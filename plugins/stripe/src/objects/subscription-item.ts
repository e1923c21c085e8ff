import { z } from 'zod'
import type { Pricing } from '../contract.js'
import { discounts } from './discount.js'
import { pricingFields, pricingOf, unknownTerms } from './pricing.js'
import { INTERVALS, knownWord, reference } from './reading.js'

/** An item of a subscription, as Stripe has it on the outside and as it is kept on the inside. */
export const subscriptionItem = z
  .object({
    id: z.string(),
    price: z.object({
      id: z.string(),
      product: reference.pipe(z.string()),
      currency: z.string(),
      ...pricingFields,
    }),
    quantity: z.number().int().nullish(),
    discounts,
    tax_rates: z.array(z.object({ percentage: z.number(), inclusive: z.boolean() })).nullish(),
    current_period_start: z.number().nullish(),
    current_period_end: z.number().nullish(),
  })
  .transform(({ id, price, quantity, discounts, tax_rates, ...period }) => ({
    id,
    priceId: price.id,
    productId: price.product,
    currency: price.currency,
    unitAmount: price.unit_amount ?? null,
    interval: knownWord(INTERVALS, price.recurring?.interval),
    intervalCount: price.recurring?.interval_count ?? 1,
    metered: price.recurring?.usage_type === 'metered',
    // Metered items have none.
    quantity: quantity ?? null,
    periodStart: period.current_period_start ?? null,
    periodEnd: period.current_period_end ?? null,
    ...present({ pricing: pricingOf(price), includedTaxPercent: includedTax(tax_rates) }),
    ...(unknownTerms(price).length > 0 && { unknownTerms: unknownTerms(price) }),
    ...(discounts.length > 0 && { discounts }),
  }))

/** What is seldom there is left out rather than null, so that an item without it stays as it was stored. */
function present(it: { pricing: Pricing | undefined; includedTaxPercent: number | undefined }) {
  const { pricing, includedTaxPercent } = it
  return { ...(pricing && { pricing }), ...(includedTaxPercent && { includedTaxPercent }) }
}

const includedTax = (rates: { percentage: number; inclusive: boolean }[] | null | undefined) =>
  rates?.filter(({ inclusive }) => inclusive).reduce((sum, rate) => sum + rate.percentage, 0)

/** An item as it is kept in `subscriptions.items`. Periods are seconds since the epoch. */
export type StoredItem = z.infer<typeof subscriptionItem>
