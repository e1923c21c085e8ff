import { parse } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { announceFeatures } from '../announce/features.js'
import { resolveUser } from '../customer-link.js'
import { customerOfSummary } from '../sync/snapshot.js'
import type { ObjectRule } from './object-rule.js'

const summary = z.object({
  customer: z.string(),
  entitlements: z.object({ data: z.array(z.object({ lookup_key: z.string() })) }),
  livemode: z.boolean(),
})

/** What Stripe itself entitles a customer to. */
export const entitlementSummaryRule: ObjectRule = {
  async apply(applying, object) {
    const { customer, entitlements, livemode } = parse(summary, object, 'Stripe entitlements')
    await resolveUser(applying, customer)
    const features = entitlements.data.map((entry) => entry.lookup_key).toSorted()
    await applying.tx.query(
      `INSERT INTO customer_features (id, stripe_customer_id, features, livemode) VALUES ($1, $2, $3, $4)
       ON CONFLICT (stripe_customer_id) DO UPDATE SET features = excluded.features`,
      [uuidv7(), customer, JSON.stringify([...new Set(features)]), livemode],
    )
    await announceFeatures(applying, customer)
  },
  async remove(applying, id) {
    const customer = customerOfSummary(id)
    await applying.tx.query(
      "UPDATE customer_features SET features = '[]' WHERE stripe_customer_id = $1",
      [customer],
    )
    await announceFeatures(applying, customer)
  },
}
