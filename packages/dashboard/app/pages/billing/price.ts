import type { Product } from '../../api/billing'
import { money } from '../../format/money'

/** What a product costs and how often: `$9 / month`. */
export function price({ unitAmount, currency, interval, intervalCount }: Product): string {
  const amount = unitAmount === null ? 'By use' : money(unitAmount, currency)
  if (interval === null) return `${amount} once`
  return intervalCount === 1
    ? `${amount} / ${interval}`
    : `${amount} / ${intervalCount} ${interval}s`
}
