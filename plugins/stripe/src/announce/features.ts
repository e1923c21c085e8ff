import { isDeepStrictEqual } from 'node:util'
import { featuresChanged } from '../contract.js'
import type { Applying } from '../objects/object-rule.js'

/** Publishes what Stripe entitles a known user to, where it differs from what was published last. */
export async function announceFeatures(
  { tx, publish }: Applying,
  stripeCustomerId: string,
): Promise<void> {
  const [row] = await tx.query<{
    id: string
    user_id: string
    features: string[]
    published: string[] | null
    revision: number
  }>(
    `SELECT f.*, l.user_id FROM customer_features f JOIN customer_links l USING (stripe_customer_id)
     WHERE stripe_customer_id = $1 FOR UPDATE OF f`,
    [stripeCustomerId],
  )
  if (!row || isDeepStrictEqual(row.features, row.published ?? [])) return
  const { id: sourceId, user_id: userId, features } = row
  const revision = row.revision + 1
  await tx.query('UPDATE customer_features SET published = features, revision = $2 WHERE id = $1', [
    sourceId,
    revision,
  ])
  await publish(featuresChanged, { userId, sourceId, revision, features })
}
