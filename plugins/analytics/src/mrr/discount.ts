import type { Discount, SubscriptionItem } from '@titanforge/stripe'
import Fraction from 'fraction.js'
import type { MrrPolicy } from './policy.js'

/** An item's share of MRR while its discounts are taken off. */
export interface Share {
  of: SubscriptionItem
  /** Minor units a month, with the tax that the price includes. */
  monthly: Fraction
  /** Part of a period's price that falls on a month. */
  part: Fraction
}

const ZERO = new Fraction(0)

/** Whether a discount lowers MRR at a moment. One of a single payment never does. */
export function isRunning({ duration, endsAt }: Discount, at: Date, policy: MrrPolicy): boolean {
  if (duration === 'once' || (policy.discounts === 'forever' && duration !== 'forever'))
    return false
  return endsAt === null || at < new Date(endsAt)
}

/**
 * Takes a discount off all shares together. An amount is split by what each share is worth a month, and
 * each part is of a billing period of its item. Nothing falls below zero.
 */
export function takeOff(shares: readonly Share[], discount: Discount): Share[] {
  const { percentOff, amountOff, currency } = discount
  if (percentOff !== null) {
    const left = new Fraction(100).sub(percentOff).div(100)
    return shares.map((share) => ({ ...share, monthly: share.monthly.mul(left) }))
  }
  if (amountOff === null) return [...shares]
  const fits = (share: Share) => currency === null || share.of.currency === currency
  const total = shares.filter(fits).reduce((sum, { monthly }) => sum.add(monthly), ZERO)
  return shares.map((share) => {
    if (!fits(share) || total.equals(0)) return share
    const off = share.part.mul(amountOff).mul(share.monthly).div(total)
    return { ...share, monthly: off.gt(share.monthly) ? ZERO : share.monthly.sub(off) }
  })
}
