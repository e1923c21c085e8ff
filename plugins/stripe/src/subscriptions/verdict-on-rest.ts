import type { Kept } from './kept-of-invoice.js'
import type { Rest } from './rest-of-period.js'

/**
 * Decides whether the rest of a period can be counted. It is, where no more is given back than is left of what was
 * paid, whatever was meant by a refund and however a dispute ends. Where nothing is left, and that is certain too, a
 * period begins anew: unless an earlier change still waits to be billed, which would come upon the new period.
 *
 * Less than nothing is left where an earlier change gave credit for what was refunded, or lost in a dispute, after
 * it. That credit would pay for any change, so there is none.
 *
 * More of the same plan gives nothing back: what is charged for the new rest is more than what is given back for
 * the old one. So something has to be left, but it need not cover that.
 *
 * @param isMore whether the item keeps its price, and there are to be more of it.
 */
export function verdictOnRest(
  { credit, charge, waits }: Rest,
  { left, unclear, disputed }: Kept,
  isMore: boolean,
): 'counted' | 'anew' | 'uncertain' {
  if (left < 0) return 'uncertain'
  if (credit <= Math.max(0, left - disputed)) return 'counted'
  if (disputed > 0) return 'uncertain'
  if (left === 0 && unclear === 0 && !waits) return 'anew'
  return isMore && left > 0 && credit <= charge ? 'counted' : 'uncertain'
}
