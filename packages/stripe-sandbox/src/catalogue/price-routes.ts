import type Stripe from 'stripe'
import { listOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import type { Price } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { createPrice, type PriceParameters } from './create-price.js'
import { productFrom } from './product-data.js'

export const priceRoutes = [
  operation<Stripe.PriceCreateParams>('POST /v1/prices', ({ tx, params }) => {
    const product = params.product ?? productFor(tx, params)
    takeLookupKey(tx, params.lookup_key, params.transfer_lookup_key)
    const price = createPrice(tx, {
      ...(params as unknown as PriceParameters),
      product,
      fields: {
        active: params.active ?? true,
        billing_scheme: params.billing_scheme ?? 'per_unit',
        lookup_key: params.lookup_key ?? null,
        nickname: params.nickname ?? null,
        tax_behavior: params.tax_behavior ?? 'unspecified',
        tiers_mode: params.tiers_mode ?? null,
        transform_quantity: params.transform_quantity ?? null,
        ...(params.tiers ? { tiers: tiersOf(params.tiers) } : {}),
      },
    })
    mergeMetadata(price, params.metadata)
    tx.emit('price.created', price)
    return price
  }),

  operation<Stripe.PriceListParams>('GET /v1/prices', (call) =>
    listOf(call, 'price', { fits: ({ _inline }) => !_inline }),
  ),

  operation('GET /v1/prices/{id}', ({ tx, id }) => tx.get('price', id)),

  operation<Stripe.PriceUpdateParams>('POST /v1/prices/{id}', ({ tx, params, id }) => {
    const price = tx.get('price', id)
    const { active, nickname, lookup_key, tax_behavior } = params
    if (active !== undefined) price.active = active
    if (nickname !== undefined) price.nickname = nickname || null
    if (tax_behavior !== undefined) price.tax_behavior = tax_behavior
    if (lookup_key !== undefined) {
      takeLookupKey(tx, lookup_key, params.transfer_lookup_key)
      price.lookup_key = lookup_key || null
    }
    mergeMetadata(price, params.metadata)
    tx.emit('price.updated', price)
    return price
  }),
]

function productFor(tx: Transaction, params: Stripe.PriceCreateParams): string {
  const data = params.product_data
  if (!data)
    throw invalidRequest(
      'You must specify either `product` or `product_data`.',
      'product',
      'parameter_missing',
    )
  return productFrom(tx, data).id
}

/** A lookup key names one active price; it can be taken over. */
function takeLookupKey(tx: Transaction, key: string | undefined, transfer = false): void {
  if (!key) return
  const [holder] = tx.find('price', ({ lookup_key }) => lookup_key === key)
  if (!holder) return
  if (!transfer)
    throw invalidRequest(
      `A price (\`${holder.id}\`) already uses that lookup key.`,
      'lookup_key',
      'resource_already_exists',
    )
  holder.lookup_key = null
  tx.emit('price.updated', holder)
}

const tiersOf = (tiers: Stripe.PriceCreateParams.Tier[]): NonNullable<Price['tiers']> =>
  tiers.map(({ flat_amount, unit_amount, unit_amount_decimal, up_to }) => ({
    flat_amount: flat_amount ?? null,
    flat_amount_decimal: flat_amount?.toString() ?? null,
    unit_amount: unit_amount ?? null,
    unit_amount_decimal: unit_amount_decimal?.toString() ?? unit_amount?.toString() ?? null,
    up_to: up_to === 'inf' ? null : up_to,
  }))
