import type { Pricing, SubscriptionItem } from '@titanforge/stripe'
import Fraction from 'fraction.js'

const ZERO = new Fraction(0)

/** How many twelfths of its price an item earns a month: a year has 12 months, 52 weeks, 365 days. */
const TWELFTHS = { month: 12, year: 1, week: 52, day: 365 }

/** What part of an item's price falls on a month. */
export function monthlyPart({ interval, intervalCount }: SubscriptionItem): Fraction {
  return interval === null ? ZERO : new Fraction(TWELFTHS[interval], 12 * intervalCount)
}

/**
 * What an item's quantity costs a billing period, in minor units and exactly, with the tax that the price
 * includes. Metered items and one-time prices cost nothing in advance.
 */
export function periodPrice({
  metered,
  interval,
  pricing,
  quantity,
  unitAmount,
}: SubscriptionItem) {
  if (metered || interval === null) return ZERO
  return pricing ? priceOf(pricing, quantity) : new Fraction(unitAmount ?? 0).mul(quantity)
}

/** An item's amount without the tax that its price includes, as far as the rate is known. */
export const withoutTax = ({ includedTaxPercent }: SubscriptionItem, amount: Fraction): Fraction =>
  amount.div(new Fraction(includedTaxPercent ?? 0).div(100).add(1))

/** @see https://docs.stripe.com/products-prices/pricing-models */
function priceOf(pricing: Pricing, quantity: number): Fraction {
  const units = packagesOf(pricing, quantity)
  switch (pricing.tiersMode) {
    case null:
      return decimal(pricing.unitAmount).mul(units)
    case 'volume':
      return volumePrice(pricing, units)
    case 'graduated':
      return graduatedPrice(pricing, units)
  }
}

const decimal = (amount: string | null) => new Fraction(amount ?? 0)

function packagesOf({ package: packaged }: Pricing, quantity: number): number {
  if (!packaged) return quantity
  const { size, round } = packaged
  return round === 'up' ? Math.ceil(quantity / size) : Math.floor(quantity / size)
}

function volumePrice({ tiers }: Pricing, units: number): Fraction {
  const tier = tiers.find(({ upTo }) => upTo === null || units <= upTo)
  return tier ? decimal(tier.unitAmount).mul(units).add(decimal(tier.flatAmount)) : ZERO
}

/** A tier's flat amount is due when its first unit is used; that of the first tier always. */
function graduatedPrice({ tiers }: Pricing, units: number): Fraction {
  let [price, below] = [ZERO, 0]
  for (const [index, { upTo, unitAmount, flatAmount }] of tiers.entries()) {
    if (index > 0 && units <= below) break
    const inTier = Math.min(units, upTo ?? Infinity) - below
    price = price.add(decimal(unitAmount).mul(inTier)).add(decimal(flatAmount))
    below = upTo ?? Infinity
  }
  return price
}
