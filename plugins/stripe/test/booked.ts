import type Stripe from 'stripe'
import type { Line } from './book-lines.js'

/** A time on books of its own, that began with nothing of the time before it counted. */
export interface Period {
  /** What was paid for it, by whatever, and was not given back or credited since. */
  worth: number
  isRefunded: boolean
}

export interface Booked {
  invoice: Stripe.Invoice
  lines: Line[]
  period: Period
  /** What of it was paid by card. */
  cash: number
  /** What it charges for the plan in the time ahead, a fee, and both a fee and earlier changes that have waited. */
  ahead: number
  fee: number
  beside: number
  /** What was given back for the time ahead, and for what was charged beside it. */
  aheadBack: number
  besideBack: number
  disputed: number
}

export const backOf = ({ aheadBack, besideBack }: Booked) => aheadBack + besideBack

/** What may be lost of the time ahead by its disputes that are open. */
export const disputedOf = ({ disputed, ahead, aheadBack }: Booked) =>
  Math.min(disputed, Math.max(0, ahead) - aheadBack)

/** Whether the amounts alone tell what each refund of it was for. */
export function isClear(it: Booked): boolean {
  const back = backOf(it)
  const isThePlan = it.besideBack === 0 && back === it.ahead
  return (
    back === 0 ||
    it.beside === 0 ||
    it.ahead <= 0 ||
    back === it.ahead + it.beside ||
    (isThePlan && it.beside < it.ahead && back < it.cash)
  )
}
