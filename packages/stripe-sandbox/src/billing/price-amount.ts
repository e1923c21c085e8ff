import type { Price } from '../world/kinds.js'

/** What a quantity of a price costs, in minor units, rounded half up as Stripe does. */
export function priceAmount(price: Price, quantity: number): number {
  if (price.billing_scheme === 'tiered') return tieredAmount(price, quantity)
  const units = price.transform_quantity
    ? transformed(price.transform_quantity, quantity)
    : quantity
  return Math.round(Number(price.unit_amount_decimal ?? 0) * units)
}

function transformed({ divide_by, round }: { divide_by: number; round: string }, quantity: number) {
  return round === 'up' ? Math.ceil(quantity / divide_by) : Math.floor(quantity / divide_by)
}

/** Volume: the tier of the whole quantity counts for all of it. Graduated: each part has its own tier's price. */
function tieredAmount({ tiers = [], tiers_mode }: Price, quantity: number): number {
  let [below, amount] = [0, 0]
  for (const tier of tiers) {
    const upTo = tier.up_to ?? Infinity
    const isLast = quantity <= upTo
    const units = tiers_mode === 'volume' ? quantity : Math.min(quantity, upTo) - below
    const cost = Number(tier.unit_amount_decimal ?? 0) * units + (tier.flat_amount ?? 0)
    if (tiers_mode !== 'volume') amount += cost
    else if (isLast) amount = cost
    if (isLast) break
    below = upTo
  }
  return Math.round(amount)
}
