import type { Database } from '@titanforge/database'
import { StripeErrors } from '../errors.js'
import type { ObjectSync } from '../sync/object-sync.js'

interface Row {
  id: string
  stripe_product_id: string
}

/**
 * Our own id of what a price of Stripe's is for. A price that was created a moment ago is fetched: its webhook
 * may not have come yet.
 *
 * @throws PRODUCT_NOT_FOR_SALE where there is no such price; STRIPE_UNAVAILABLE
 */
export async function productOfPrice(
  db: Database,
  sync: ObjectSync,
  priceId: string,
): Promise<string> {
  const find = async () => {
    const [row] = await db.query<Row>(
      'SELECT id, stripe_product_id FROM products WHERE stripe_price_id = $1',
      [priceId],
    )
    return row
  }
  const known = await find()
  if (known) return known.id
  await sync.syncNow('price', priceId)
  const fetched = await find()
  if (!fetched) throw StripeErrors.PRODUCT_NOT_FOR_SALE()
  // Its name, and what it grants.
  await sync.syncNow('product', fetched.stripe_product_id)
  return fetched.id
}
