import { invalidRequest } from '../http/stripe-error.js'
import { periodAt, type Recurrence } from '../billing/period.js'
import { blank } from '../spec/blank.js'
import type { Price, Subscription, SubscriptionItem } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** How often an item is billed. */
export function recurrenceOf(tx: Transaction, item: SubscriptionItem): Recurrence {
  return requireRecurring(tx.get('price', item.price), 'items')
}

export function requireRecurring(price: Price, param: string): NonNullable<Price['recurring']> {
  if (!price.recurring)
    throw invalidRequest(
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      param,
    )
  return price.recurring
}

/** Whether an item is billed by usage, at the end of a period. */
export const isMetered = (tx: Transaction, item: SubscriptionItem): boolean =>
  tx.get('price', item.price).recurring?.usage_type === 'metered'

/** A new item, with a period that is still to be set. */
export function newItem(
  tx: Transaction,
  subscription: string,
  price: Price,
  { quantity, metadata }: { quantity?: number; metadata?: SubscriptionItem['metadata'] },
): SubscriptionItem {
  const metered = requireRecurring(price, 'items').usage_type === 'metered'
  if (metered && quantity !== undefined)
    throw invalidRequest('You cannot set the quantity of a metered price.', 'items')
  return {
    ...blank<SubscriptionItem>('subscription_item', { id: tx.id('subscription_item') }),
    created: tx.now,
    metadata: metadata ?? {},
    price: price.id,
    ...(metered ? {} : { quantity: quantity ?? 1 }),
    subscription,
    tax_rates: [],
  }
}

/** Sets the period of each item to the one that holds now, counted from the subscription's anchor. */
export function setPeriods(tx: Transaction, subscription: Subscription): void {
  for (const item of subscription.items.data) {
    const every = recurrenceOf(tx, item)
    const { start, end } = periodAt(subscription.billing_cycle_anchor, every, tx.now)
    item.current_period_start = Math.max(start, subscription.start_date)
    item.current_period_end = end
  }
}

/** The end of the period that ends first. */
export const periodEnd = ({ items }: Pick<Subscription, 'items'>): number =>
  Math.min(...items.data.map((item) => item.current_period_end))
