import { lineItemsOf } from '../checkout/line-items.js'
import type { AnyRecord, Invoice, Kind, Kinds } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { view } from '../world/view.js'
import type { List } from './list.js'

/** A part of an object that Stripe shows only when it is asked for; undefined where there is no such part. */
export function included(tx: Transaction, object: object, name: string): object | null | undefined {
  const { object: kind, id } = object as AnyRecord
  switch (`${kind}.${name}`) {
    case 'invoice.payments':
      return all(tx, 'invoice_payment', ({ invoice }) => invoice === id, '/v1/invoice_payments')
    case 'invoice.confirmation_secret':
      return confirmationSecret(tx, tx.get('invoice', id))
    case 'charge.refunds':
      return all(tx, 'refund', ({ charge }) => charge === id, `/v1/charges/${id}/refunds`)
    case 'customer.subscriptions':
      return all(
        tx,
        'subscription',
        ({ customer, ended_at }) => customer === id && ended_at === null,
        `/v1/customers/${id}/subscriptions`,
      )
    case 'customer.sources':
    case 'customer.tax_ids':
      return { object: 'list', data: [], has_more: false, url: `/v1/customers/${id}/${name}` }
    case 'checkout.session.line_items':
      return listed(
        lineItemsOf(tx, tx.get('checkout.session', id)),
        `/v1/checkout/sessions/${id}/line_items`,
      )
    default:
      return undefined
  }
}

function confirmationSecret(tx: Transaction, { _payment_intent }: Invoice) {
  const intent = tx.maybe('payment_intent', _payment_intent)
  return intent?.client_secret
    ? { client_secret: intent.client_secret, type: 'payment_intent' }
    : null
}

function all<K extends Kind>(
  tx: Transaction,
  kind: K,
  fits: (record: Kinds[K]) => boolean,
  url: string,
): List<object> {
  const records = [...tx.each(kind)].filter(fits).reverse()
  return listed(
    records.map((record) => view(tx, record)),
    url,
  )
}

const listed = (all: object[], url: string): List<object> => ({
  object: 'list',
  data: all.slice(0, 10),
  has_more: all.length > 10,
  url,
})
