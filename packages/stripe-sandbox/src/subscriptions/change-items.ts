import type Stripe from 'stripe'
import { priceOf } from '../catalogue/price-of.js'
import { invalidRequest } from '../http/stripe-error.js'
import type { Subscription, SubscriptionItem } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { newItem, recurrenceOf, requireRecurring } from './items.js'

export type ItemChange = Stripe.SubscriptionUpdateParams.Item

/** An item before and after a change; undefined where it was not, or is no more. */
export interface ItemPair {
  before: SubscriptionItem | undefined
  after: SubscriptionItem | undefined
}

/** Adds, changes and removes items as a request says. Periods and prorations are the caller's. */
export function changeItems(
  tx: Transaction,
  subscription: Subscription,
  changes: readonly ItemChange[],
): ItemPair[] {
  const items = subscription.items.data
  const pairs = changes.map((change, index): ItemPair => {
    const param = `items[${index}]`
    const hasPrice = change.price !== undefined || change.price_data !== undefined
    const price = hasPrice ? priceOf(tx, change, param) : undefined
    if (price) requireRecurring(price, `${param}[price]`)
    if (price && price.currency !== subscription.currency)
      throw invalidRequest(
        `The price specified only supports \`${price.currency}\`. This doesn't match the expected currency: \`${subscription.currency}\`.`,
        `${param}[price]`,
      )
    if (change.id === undefined) {
      if (!price)
        throw invalidRequest(
          `Missing required param: ${param}[price].`,
          `${param}[price]`,
          'parameter_missing',
        )
      if (items.some((item) => item.price === price.id))
        throw invalidRequest(
          `The price ${price.id} is used by an item of this subscription already. Give the item's id to change it.`,
          param,
        )
      const after = newItem(tx, subscription.id, price, change as object)
      items.push(after)
      return { before: undefined, after }
    }
    const item = items.find(({ id }) => id === change.id)
    if (!item)
      throw invalidRequest(
        `No such subscription item: '${change.id}'`,
        `${param}[id]`,
        'resource_missing',
      )
    const before = structuredClone(item)
    if (change.deleted) {
      items.splice(items.indexOf(item), 1)
      return { before, after: undefined }
    }
    if (price) item.price = price.id
    if (change.quantity !== undefined) item.quantity = change.quantity
    if (change.metadata) Object.assign(item.metadata, change.metadata)
    return { before, after: item }
  })
  if (items.length === 0)
    throw invalidRequest(
      'A subscription must have at least one active item. Cancel it instead.',
      'items',
    )
  return pairs
}

/** Whether a change gives an item another rhythm, so that its period begins anew. */
export function changesRhythm(tx: Transaction, { before, after }: ItemPair): boolean {
  if (!before || !after) return false
  const [old, now] = [recurrenceOf(tx, before), recurrenceOf(tx, after)]
  return old.interval !== now.interval || old.interval_count !== now.interval_count
}
