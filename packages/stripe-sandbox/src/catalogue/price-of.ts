import { invalidRequest } from '../http/stripe-error.js'
import type { Price } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { createPrice, type PriceParameters } from './create-price.js'
import { productFrom, type ProductData } from './product-data.js'

/** How a request says what something costs. */
export interface PriceChoice {
  price?: string
  price_data?: object
}

type PriceData = Omit<PriceParameters, 'product'> & {
  product?: string
  product_data?: ProductData
}

/**
 * A price that a request names, or describes.
 *
 * @param line where the request does so, such as `line_items[0]`.
 * @param isAgreed whether it was chosen before, so that it is sold even if it has been archived since.
 * @throws StripeError where there is no such price, or it is archived.
 */
export function priceOf(
  tx: Transaction,
  choice: PriceChoice,
  line: string,
  isAgreed = false,
): Price {
  if (choice.price === undefined && choice.price_data)
    return inlinePrice(tx, choice.price_data as PriceData, `${line}[price_data]`)
  const param = `${line}[price]`
  const price = tx.get('price', choice.price ?? '', param)
  if (!price.active && !isAgreed)
    throw invalidRequest(
      'The price specified is inactive. This field only accepts active prices.',
      param,
    )
  return price
}

/**
 * A price that is described where it is used is for that use alone: it is archived from the start, and so is
 * a product that is described with it.
 *
 * @see https://docs.stripe.com/products-prices/how-products-and-prices-work#inline-pricing
 */
function inlinePrice(tx: Transaction, data: PriceData, param: string): Price {
  const { product, product_data, ...rest } = data
  if (product !== undefined && product_data)
    throw invalidRequest(
      'You may only specify one of these parameters: product, product_data.',
      `${param}[product]`,
    )
  if (product === undefined && !product_data)
    throw invalidRequest(
      'You must specify either `product` or `product_data` when creating a price.',
      `${param}[product]`,
      'parameter_missing',
    )
  const described = product_data && productFrom(tx, { ...product_data, active: false })
  const price = createPrice(tx, {
    ...rest,
    product: described?.id ?? product ?? '',
    fields: { active: false, _inline: true },
  })
  tx.emit('price.created', price)
  return price
}
