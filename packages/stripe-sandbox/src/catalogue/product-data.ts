import type Stripe from 'stripe'
import { mergeMetadata } from '../http/metadata.js'
import { blank } from '../spec/blank.js'
import type { Product } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** A product as the request for its price describes it. */
export type ProductData = Stripe.PriceCreateParams.ProductData &
  Stripe.Checkout.SessionCreateParams.LineItem.PriceData.ProductData

/** Makes a product that is described together with its price. */
export function productFrom(tx: Transaction, data: ProductData): Product {
  const product = tx.add(
    'product',
    blank('product', {
      id: data.id ?? tx.id('product'),
      active: data.active ?? true,
      created: tx.now,
      default_price: null,
      description: data.description ?? null,
      images: data.images ?? [],
      metadata: {},
      name: data.name,
      type: 'service',
      unit_label: data.unit_label ?? null,
      updated: tx.now,
    }),
  )
  mergeMetadata(product, data.metadata)
  tx.emit('product.created', product)
  return product
}
