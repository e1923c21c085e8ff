import { priceAmount } from '../billing/price-amount.js'
import { describe } from '../invoices/invoice-line.js'
import { usageOf } from '../meters/usage.js'
import type { Subscription, SubscriptionItem } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { addWaitingItem } from './waiting-item.js'

/**
 * Charges what was used of a metered item in its period, with the next invoice; it is not charged again.
 *
 * @param until seconds since the epoch.
 */
export function chargeUsage(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  until: number,
): void {
  const period = { start: usedFrom(item), end: until }
  if (period.start >= until) return
  const price = tx.get('price', item.price)
  const quantity = usageOf(tx, price.recurring?.meter ?? '', subscription.customer, period)
  item._charged_until = until
  const amount = priceAmount(price, quantity)
  if (amount === 0) return
  const description = describe(tx, price, quantity)
  addWaitingItem(tx, subscription, item, {
    amount,
    description,
    period,
    proration: false,
    quantity,
  })
}

/** Since when the usage of a metered item was not charged, in seconds since the epoch. */
export const usedFrom = ({ current_period_start, _charged_until = 0 }: SubscriptionItem): number =>
  Math.max(current_period_start, _charged_until)
