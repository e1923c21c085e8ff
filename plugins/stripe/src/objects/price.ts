import { parse } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { announcePurchases } from '../announce/purchases.js'
import { lockProduct } from '../locks.js'
import { refreshSubscriptions } from '../subscription-state.js'
import type { ObjectRule } from './object-rule.js'
import { INTERVALS, knownWord, recurring, reference } from './reading.js'

const price = z.object({
  id: z.string(),
  product: reference.pipe(z.string()),
  active: z.boolean(),
  currency: z.string().length(3),
  unit_amount: z.number().int().nullish(),
  recurring,
  livemode: z.boolean().default(false),
})

export const priceRule: ObjectRule = {
  async apply(applying, object) {
    const { id, product, active, currency, unit_amount, recurring, livemode } = parse(
      price,
      object,
      'Stripe price',
    )
    const interval = knownWord(INTERVALS, recurring?.interval)
    const isKnown = !recurring || interval !== null
    if (!isKnown)
      applying.alert('a price has an interval that is not known; it is not for sale', {
        priceId: id,
        interval: recurring.interval,
      })
    await lockProduct(applying.tx, product)
    await applying.tx.query(
      `INSERT INTO products (id, name, description, type, stripe_price_id, stripe_product_id, currency, unit_amount,
         interval, interval_count, metered, price_active, is_active, features, limits,
         workflow, trial_days, livemode)
       SELECT $1, coalesce(p.name, $4), p.description, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10 AND coalesce(p.is_active, true),
         coalesce(p.features, '[]'), coalesce(p.limits, '{}'), p.workflow, coalesce(p.trial_days, 0), $11
       FROM (VALUES (1)) AS one LEFT JOIN stripe_products p ON p.stripe_product_id = $4
       ON CONFLICT (stripe_price_id) DO UPDATE SET name = excluded.name, description = excluded.description,
         type = excluded.type, stripe_product_id = excluded.stripe_product_id, currency = excluded.currency,
         unit_amount = excluded.unit_amount, interval = excluded.interval, interval_count = excluded.interval_count,
         metered = excluded.metered, price_active = excluded.price_active, is_active = excluded.is_active, features = excluded.features,
         limits = excluded.limits, workflow = excluded.workflow, trial_days = excluded.trial_days,
         livemode = excluded.livemode, updated_at = now()`,
      [
        uuidv7(),
        recurring ? 'subscription' : 'one_time_purchase',
        id,
        product,
        currency,
        unit_amount ?? null,
        interval,
        recurring?.interval_count ?? 1,
        recurring?.usage_type === 'metered',
        active && isKnown,
        livemode,
      ],
    )
    await applying.tx.query(
      `UPDATE subscriptions SET product_id = p.id FROM products p
       WHERE p.stripe_price_id = $1 AND product_id IS NULL AND items -> 0 ->> 'priceId' = $1`,
      [id],
    )
    await refreshSubscriptions(applying, { stripeProductId: product })
    await announcePurchases(applying, { stripeProductId: product })
  },
  async remove({ tx }, id) {
    await tx.query(
      'UPDATE products SET price_active = false, is_active = false, updated_at = now() WHERE stripe_price_id = $1',
      [id],
    )
  },
}
