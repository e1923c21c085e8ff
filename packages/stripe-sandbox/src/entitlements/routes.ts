import type Stripe from 'stripe'
import { listOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import type { Transaction } from '../world/transaction.js'
import { view } from '../world/view.js'
import { refreshEntitlements } from './refresh.js'

export const entitlementRoutes = [
  operation<Stripe.Entitlements.FeatureCreateParams>(
    'POST /v1/entitlements/features',
    ({ tx, params }) => {
      const taken = [...tx.each('entitlements.feature')].some(
        (it) => it.lookup_key === params.lookup_key,
      )
      if (taken)
        throw invalidRequest(
          `A feature with the lookup key ${params.lookup_key} exists already.`,
          'lookup_key',
          'resource_already_exists',
        )
      const feature = tx.add(
        'entitlements.feature',
        blank('entitlements.feature', {
          id: tx.id('entitlements.feature'),
          active: true,
          lookup_key: params.lookup_key,
          metadata: {},
          name: params.name,
        }),
      )
      mergeMetadata(feature, params.metadata)
      return feature
    },
  ),

  operation<Stripe.Entitlements.FeatureListParams>('GET /v1/entitlements/features', (call) =>
    listOf(call, 'entitlements.feature', {
      fits: ({ active }) => active !== (call.params.archived ?? false),
      handled: ['archived'],
    }),
  ),

  operation('GET /v1/entitlements/features/{id}', ({ tx, id }) =>
    tx.get('entitlements.feature', id),
  ),

  operation<Stripe.Entitlements.FeatureUpdateParams>(
    'POST /v1/entitlements/features/{id}',
    ({ tx, params, id }) => {
      const feature = tx.get('entitlements.feature', id)
      if (params.active !== undefined) feature.active = params.active
      if (params.name !== undefined) feature.name = params.name
      mergeMetadata(feature, params.metadata)
      return feature
    },
  ),

  operation<Stripe.Entitlements.ActiveEntitlementListParams>(
    'GET /v1/entitlements/active_entitlements',
    (call) =>
      listOf(call, 'entitlements.active_entitlement', {
        fits: ({ _customer }) => _customer === call.params.customer,
        handled: ['customer'],
      }),
  ),

  operation('GET /v1/entitlements/active_entitlements/{id}', ({ tx, id }) =>
    tx.get('entitlements.active_entitlement', id),
  ),

  operation<Stripe.ProductCreateFeatureParams>(
    'POST /v1/products/{id}/features',
    ({ tx, params, id }) => {
      tx.get('product', id)
      const feature = tx.get(
        'entitlements.feature',
        params.entitlement_feature,
        'entitlement_feature',
      )
      const attached = tx.add('product_feature', {
        ...blank('product_feature', {
          id: tx.id('product_feature'),
          entitlement_feature: view(tx, feature) as typeof feature,
        }),
        _product: id,
      })
      refreshSubscribers(tx)
      return attached
    },
  ),

  operation('GET /v1/products/{id}/features', (call) =>
    listOf(call, 'product_feature', { fits: ({ _product }) => _product === call.id }),
  ),

  operation('GET /v1/products/{productId}/features/{id}', ({ tx, id }) =>
    tx.get('product_feature', id),
  ),

  operation('DELETE /v1/products/{productId}/features/{id}', ({ tx, id }) => {
    tx.get('product_feature', id)
    tx.remove(id)
    refreshSubscribers(tx)
    return { id, object: 'product_feature', deleted: true }
  }),
]

/** What a product gives changed: everybody's entitlements follow. */
function refreshSubscribers(tx: Transaction): void {
  const customers = new Set([...tx.each('subscription')].map(({ customer }) => customer))
  for (const customer of customers) refreshEntitlements(tx, customer)
}
