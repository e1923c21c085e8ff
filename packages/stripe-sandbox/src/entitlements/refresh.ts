import { blank } from '../spec/blank.js'
import type { ActiveEntitlement } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { view } from '../world/view.js'

const ENTITLED = ['active', 'trialing', 'past_due']

/** Makes a customer's active entitlements those of the products that they subscribe to. */
export function refreshEntitlements(tx: Transaction, customer: string): void {
  const wanted = featuresOf(tx, customer)
  const has = entitlementsOf(tx, customer)
  const gone = has.filter(({ feature }) => !wanted.has(feature))
  const missing = [...wanted].filter((id) => !has.some(({ feature }) => feature === id))
  if (gone.length + missing.length === 0) return
  for (const { id } of gone) tx.remove(id)
  for (const id of missing) {
    const { lookup_key } = tx.get('entitlements.feature', id)
    tx.add('entitlements.active_entitlement', {
      ...blank('entitlements.active_entitlement', {
        id: tx.id('entitlements.active_entitlement'),
        feature: id,
        lookup_key,
      }),
      _customer: customer,
    })
  }
  const data = entitlementsOf(tx, customer).map((entitlement) => view(tx, entitlement))
  const url = `/v1/customer/${customer}/entitlements`
  tx.emit('entitlements.active_entitlement_summary.updated', {
    object: 'entitlements.active_entitlement_summary',
    customer,
    entitlements: { object: 'list', data, has_more: false, url },
    livemode: false,
  })
}

const entitlementsOf = (tx: Transaction, customer: string): ActiveEntitlement[] =>
  tx.find('entitlements.active_entitlement', ({ _customer }) => _customer === customer)

function featuresOf(tx: Transaction, customer: string): Set<string> {
  const products = new Set<string>()
  for (const subscription of tx.each('subscription')) {
    if (subscription.customer !== customer || !ENTITLED.includes(subscription.status)) continue
    for (const { price } of subscription.items.data) products.add(tx.get('price', price).product)
  }
  const features = [...tx.each('product_feature')].filter(({ _product }) => products.has(_product))
  return new Set(features.map(({ entitlement_feature }) => entitlement_feature.id))
}
