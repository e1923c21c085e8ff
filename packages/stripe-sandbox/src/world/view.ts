import { itemView } from '../subscriptions/item-view.js'
import type { AnyRecord, SubscriptionItem } from './kinds.js'
import { publicFields } from './public-fields.js'
import type { Transaction } from './transaction.js'

/** Stripe shows at most this many of the objects inside; the rest is asked for page by page. */
const INLINE_LIMIT = 10

type Fields = Record<string, unknown>
interface Inline {
  data: unknown[]
  has_more: boolean
}

/** A record as Stripe shows it: without what only the sandbox knows. */
export function view(tx: Pick<Transaction, 'peek'>, record: object): object {
  const shown: Fields = publicFields(record)
  // What is left of an object when it is deleted.
  if (shown.deleted === true) return shown
  const items = (shown.items as { data: SubscriptionItem[] } | undefined)?.data
  switch ((record as AnyRecord).object) {
    case 'subscription':
      return inlined(
        {
          ...shown,
          items: { ...(shown.items as Inline), data: items?.map((item) => itemView(tx, item)) },
        },
        'items',
      )
    case 'subscription_item':
      return itemView(tx, record as SubscriptionItem)
    case 'invoice':
    case 'credit_note':
      return inlined(shown, 'lines')
    case 'billing.meter_event':
      delete shown.id
      return shown
    default:
      return shown
  }
}

function inlined(shown: Fields, name: string): Fields {
  const list = shown[name] as Inline
  const data = list.data.slice(0, INLINE_LIMIT)
  return { ...shown, [name]: { ...list, data, has_more: list.data.length > INLINE_LIMIT } }
}
