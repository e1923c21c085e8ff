import { parse } from '@titanforge/core'
import { z } from 'zod'
import type { Grants } from '../contract.js'
import { announcePurchases } from '../announce/purchases.js'
import { lockProduct } from '../locks.js'
import { refreshSubscriptions } from '../subscription-state.js'
import type { ObjectRule } from './object-rule.js'
import { metadata } from './reading.js'

const product = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  active: z.boolean(),
  livemode: z.boolean().default(false),
  metadata,
})

/**
 * What a plan grants stands in its product's metadata: `feature:NAME` = `true`, `limit:NAME` = a whole number.
 * `workflow` names what buying it starts, and `trial_days` says how long it is tried for nothing.
 */
export function grantsOf(entries: Record<string, string>): Grants {
  const features: string[] = []
  const limits: Record<string, number> = {}
  for (const [key, value] of Object.entries(entries)) {
    const [kind, name] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)]
    if (kind === 'feature' && value === 'true') features.push(name)
    if (kind === 'limit' && /^\d{1,15}$/.test(value)) limits[name] = Number(value)
  }
  return { features: features.toSorted(), limits }
}

/** For how many days a product's metadata lets it be tried; 0 for none. */
export const trialDaysOf = ({ trial_days: days = '' }: Record<string, string>): number =>
  /^\d{1,3}$/.test(days) ? Number(days) : 0

export const productRule: ObjectRule = {
  async apply(applying, object) {
    const {
      id,
      name,
      description,
      active,
      livemode,
      metadata: entries,
    } = parse(product, object, 'Stripe product')
    const { features, limits } = grantsOf(entries)
    await lockProduct(applying.tx, id)
    const values = [
      id,
      name,
      description ?? null,
      active,
      JSON.stringify(features),
      JSON.stringify(limits),
      entries.workflow ?? null,
      trialDaysOf(entries),
      livemode,
    ]
    await applying.tx.query(
      `INSERT INTO stripe_products (stripe_product_id, name, description, is_active, features, limits, workflow,
         trial_days, livemode)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (stripe_product_id) DO UPDATE SET name = excluded.name, description = excluded.description,
         is_active = excluded.is_active, features = excluded.features, limits = excluded.limits,
         workflow = excluded.workflow, trial_days = excluded.trial_days, livemode = excluded.livemode`,
      values,
    )
    await applying.tx.query(
      `UPDATE products SET name = $2, description = $3, is_active = price_active AND $4, features = $5, limits = $6,
         workflow = $7, trial_days = $8, livemode = $9, updated_at = now() WHERE stripe_product_id = $1`,
      values,
    )
    await refreshSubscriptions(applying, { stripeProductId: id })
    await announcePurchases(applying, { stripeProductId: id })
  },
  async remove({ tx }, id) {
    // Running subscriptions keep what they pay for; nobody new can buy it.
    await tx.query('UPDATE stripe_products SET is_active = false WHERE stripe_product_id = $1', [
      id,
    ])
    await tx.query(
      'UPDATE products SET is_active = false, updated_at = now() WHERE stripe_product_id = $1',
      [id],
    )
  },
}
