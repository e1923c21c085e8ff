import type { Coupon } from '../world/kinds.js'

/** Something that a coupon may apply to. */
export interface Part {
  /** Minor units, not below zero. */
  amount: number
  product: string
}

/**
 * What a coupon takes off each part of a bill, in minor units. An amount is spread over the parts by their own
 * amounts.
 *
 * @see https://docs.stripe.com/billing/subscriptions/billing-mode/compare
 */
export function amountsOff(coupon: Coupon, parts: readonly Part[]): number[] {
  const { percent_off: percent, amount_off: whole } = coupon
  const counted = parts.map((part) => (appliesTo(coupon, part) ? part.amount : 0))
  if (percent !== null) return counted.map((amount) => Math.round((amount * percent) / 100))
  const all = counted.reduce((sum, amount) => sum + amount, 0)
  const off = Math.min(whole ?? 0, all)
  let [before, taken] = [0, 0]
  return counted.map((amount) => {
    if (amount === 0) return 0
    before += amount
    // Rounded as a running total, so that it adds up.
    const share = Math.round((off * before) / all) - taken
    taken += share
    return share
  })
}

const appliesTo = ({ applies_to }: Coupon, { product }: Part) =>
  !applies_to || applies_to.products.includes(product)
