import type { Database } from '@titanforge/database'
import { StripeErrors } from '../errors.js'
import type { StripeGateway } from '../gateway.js'

export interface OfferedProduct {
  id: string
  stripePriceId: string
  type: 'subscription' | 'one_time_purchase'
  metered: boolean
  trialDays: number
}

/**
 * A product of the catalogue that is for sale in this mode.
 *
 * @throws PRODUCT_NOT_FOR_SALE where it is unknown, archived, or of the other mode.
 */
export async function productForSale(
  db: Database,
  id: string,
  livemode: boolean,
): Promise<OfferedProduct> {
  const [row] = await db.query<OfferedProduct>(
    `SELECT id, stripe_price_id AS "stripePriceId", type, metered, trial_days AS "trialDays"
     FROM products WHERE id = $1 AND is_active AND livemode = $2`,
    [id, livemode],
  )
  if (!row) throw StripeErrors.PRODUCT_NOT_FOR_SALE()
  return row
}

/** For how many days a user may try a product: nobody tries twice, whatever the product. */
export async function trialDaysFor(
  db: Database,
  userId: string,
  { trialDays }: OfferedProduct,
  livemode: boolean,
): Promise<number> {
  if (trialDays === 0) return 0
  const tried = await db.query(
    'SELECT 1 FROM subscriptions WHERE user_id = $1 AND livemode = $2 AND trial_end IS NOT NULL LIMIT 1',
    [userId, livemode],
  )
  return tried.length > 0 ? 0 : trialDays
}

/**
 * Stripe's id of a code that customers type in.
 *
 * @throws PROMOTION_CODE_UNKNOWN
 */
export async function promotionCodeId(gateway: StripeGateway, code: string): Promise<string> {
  const { data } = await gateway.call((client) =>
    client.promotionCodes.list({ code, active: true, limit: 1 }),
  )
  if (!data[0]) throw StripeErrors.PROMOTION_CODE_UNKNOWN()
  return data[0].id
}
