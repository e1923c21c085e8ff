import type Stripe from 'stripe'
import { mergeMetadata } from '../http/metadata.js'
import { blank } from '../spec/blank.js'
import type { Product } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** A product as the request for its price describes it. */
export type ProductData = Stripe.PriceCreateParams.ProductData &
  Stripe.Checkout.SessionCreateParams.LineItem.PriceData.ProductData

type Described = ProductData & Pick<Stripe.ProductCreateParams, 'marketing_features' | 'url'>

/** Makes a product, by itself or as the request for its price describes it. */
export function productFrom(tx: Transaction, data: Described): Product {
  const product = tx.add(
    'product',
    blank('product', {
      id: data.id ?? tx.id('product'),
      active: data.active ?? true,
      created: tx.now,
      default_price: null,
      description: data.description ?? null,
      images: data.images ?? [],
      marketing_features: data.marketing_features ?? [],
      metadata: {},
      name: data.name,
      type: 'service',
      unit_label: data.unit_label ?? null,
      updated: tx.now,
      url: data.url ?? null,
    }),
  )
  mergeMetadata(product, data.metadata)
  tx.emit('product.created', product)
  return product
}
