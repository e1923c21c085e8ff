import type { Billed } from './billed.js'
import type { GivenBack } from './given-back.js'

/** What is left of what was paid for time to come. Minor units. */
export interface Kept {
  /** The least that may be left; below zero where more was given as credit. */
  left: number
  /** How much more may be left: given back, and perhaps for something else that was paid with it. */
  unclear: number
  /** How much less may be left: in disputes that are not decided, and perhaps lost. */
  disputed: number
}

/**
 * What is left of a paid invoice.
 *
 * Counted is what it charges for plans in the time ahead, with their discounts and tax, however it was paid: by
 * money, by the customer's balance, or by credit for an earlier period, which lies on the invoice as a line below
 * zero. Credit for this same period is taken off. Not counted are fees, usage, and charges for an earlier period
 * that have waited for the invoice.
 *
 * A refund does not say which of them it is for. It is taken off the time ahead, as far as that cost as much, and
 * what of it may have been for the others as well is unclear. Only a refund of exactly the price of the time ahead is
 * for that, where the others cost less and something of the payment was kept.
 */
export function keptOfInvoice(
  { ahead, beside, paid }: Billed,
  { back, disputed }: GivenBack,
): Kept {
  const most = Math.max(0, ahead)
  const taken = Math.min(back, most)
  const besideLeft = Math.max(0, beside - (back - taken))
  const isExact = back === ahead && beside < ahead && back < paid
  return {
    left: ahead - taken,
    unclear: isExact ? 0 : Math.min(taken, besideLeft),
    disputed: Math.min(disputed, most - taken),
  }
}
