import type { CatalogueProduct } from '../options.js'
import { blank } from '../spec/blank.js'
import type { Product } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { createPrice } from './create-price.js'

/** Makes a product of the configured catalogue, with its prices; the first is its default. */
export function createProduct(tx: Transaction, given: CatalogueProduct): Product {
  const product = tx.add(
    'product',
    blank('product', {
      id: given.id ?? tx.id('product'),
      active: true,
      created: tx.now,
      default_price: null,
      description: given.description ?? null,
      metadata: given.metadata,
      name: given.name,
      type: 'service',
      updated: tx.now,
    }),
  )
  tx.emit('product.created', product)
  for (const { amount, currency, interval, intervalCount, lookupKey } of given.prices) {
    const price = createPrice(tx, {
      currency,
      product: product.id,
      unit_amount: amount,
      ...(interval ? { recurring: { interval, interval_count: intervalCount } } : {}),
      fields: { lookup_key: lookupKey ?? null },
    })
    tx.emit('price.created', price)
    product.default_price ??= price.id
  }
  tx.emit('product.updated', product)
  return product
}
