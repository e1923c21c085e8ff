import type Stripe from 'stripe'
import { listOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { createPrice, type PriceParameters } from './create-price.js'
import { productFrom } from './product-data.js'

export const productRoutes = [
  operation<Stripe.ProductCreateParams>('POST /v1/products', ({ tx, params }) => {
    if (params.id !== undefined && tx.peek(params.id))
      throw invalidRequest(`Product already exists: ${params.id}`, 'id', 'resource_already_exists')
    const product = productFrom(tx, params)
    if (params.default_price_data) {
      const data = params.default_price_data as unknown as PriceParameters
      const price = createPrice(tx, { ...data, product: product.id })
      tx.emit('price.created', price)
      product.default_price = price.id
      tx.emit('product.updated', product)
    }
    return product
  }),

  operation<Stripe.ProductListParams>('GET /v1/products', (call) => listOf(call, 'product')),

  operation('GET /v1/products/{id}', ({ tx, id }) => tx.get('product', id)),

  operation<Stripe.ProductUpdateParams>('POST /v1/products/{id}', ({ tx, params, id }) => {
    const product = tx.get('product', id)
    const { active, name, description, default_price, images, marketing_features, url } = params
    if (active !== undefined) product.active = active
    if (name !== undefined) product.name = name
    if (description !== undefined) product.description = description || null
    if (default_price !== undefined)
      product.default_price = tx.get('price', default_price, 'default_price').id
    if (images !== undefined) product.images = images || []
    if (url !== undefined) product.url = url || null
    if (marketing_features !== undefined) product.marketing_features = marketing_features || []
    mergeMetadata(product, params.metadata)
    product.updated = tx.now
    tx.emit('product.updated', product)
    return product
  }),

  operation('DELETE /v1/products/{id}', ({ tx, id }) => {
    const product = tx.get('product', id)
    if ([...tx.each('price')].some((price) => price.product === id))
      throw invalidRequest(
        'This product cannot be deleted because it has one or more user-created prices.',
      )
    tx.emit('product.deleted', product)
    tx.remove(id)
    return { id, object: 'product', deleted: true }
  }),
]
