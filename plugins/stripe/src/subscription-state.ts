import { isDeepStrictEqual } from 'node:util'
import type { Transaction } from '@titanforge/core'
import { givesAccess, scheduledEnd } from './access.js'
import {
  subscriptionChanged,
  type Grants,
  type SubscriptionItem,
  type SubscriptionState,
} from './contract.js'
import type { Applying } from './objects/object-rule.js'
import type { StoredItem } from './objects/subscription-item.js'

interface Row {
  user_id: string | null
  status: string
  current_period_start: Date | null
  current_period_end: Date | null
  cancel_at_period_end: boolean
  cancel_at: Date | null
  items: StoredItem[]
  state: SubscriptionState | null
  revision: number
}

/**
 * Publishes a subscription's state where it differs from what was published last. A second event for the
 * same change therefore says nothing. Nothing is published while the customer is a stranger.
 */
export async function publishState(
  { tx, publish, occurredAt }: Applying,
  subscriptionId: string,
): Promise<void> {
  const [row] = await tx.query<Row>('SELECT * FROM subscriptions WHERE id = $1 FOR UPDATE', [
    subscriptionId,
  ])
  if (!row?.user_id) return
  const after = stateOf(row, await catalogueOf(tx, row.items))
  if (isDeepStrictEqual(after, row.state)) return
  const revision = row.revision + 1
  await tx.query('UPDATE subscriptions SET state = $2, revision = $3 WHERE id = $1', [
    subscriptionId,
    JSON.stringify(after),
    revision,
  ])
  await chooseCurrent(tx, row.user_id)
  await publish(subscriptionChanged, {
    subscriptionId,
    userId: row.user_id,
    revision,
    effectiveAt: occurredAt.toISOString(),
    before: row.state,
    after,
  })
}

/** Publishes every subscription whose plan's name or grants have changed. */
export async function refreshSubscriptions(
  applying: Applying,
  which: { stripeProductId: string },
): Promise<void> {
  const rows = await applying.tx.query<{ id: string }>(
    'SELECT id FROM subscriptions WHERE items @> $1::jsonb ORDER BY id',
    [JSON.stringify([{ productId: which.stripeProductId }])],
  )
  for (const { id } of rows) await publishState(applying, id)
}

interface CatalogueEntry {
  name: string
  grants: Grants
}

async function catalogueOf(
  tx: Transaction,
  items: readonly StoredItem[],
): Promise<Map<string, CatalogueEntry>> {
  const rows = await tx.query<{
    stripe_price_id: string
    name: string
    features: string[]
    limits: Record<string, number>
  }>(
    `SELECT p.stripe_price_id, s.name, s.features, s.limits
     FROM products p JOIN stripe_products s USING (stripe_product_id) WHERE p.stripe_price_id = ANY($1)`,
    [items.map((item) => item.priceId)],
  )
  return new Map(
    rows.map(({ stripe_price_id, name, ...grants }) => [stripe_price_id, { name, grants }]),
  )
}

function stateOf(row: Row, catalogue: Map<string, CatalogueEntry>): SubscriptionState {
  const end = scheduledEnd({
    status: row.status,
    cancelAt: row.cancel_at,
    cancelAtPeriodEnd: row.cancel_at_period_end,
    currentPeriodEnd: row.current_period_end,
  })
  return {
    status: row.status,
    access: givesAccess(row.status),
    currentPeriodStart: row.current_period_start?.toISOString() ?? null,
    currentPeriodEnd: row.current_period_end?.toISOString() ?? null,
    cancelAtPeriodEnd: row.cancel_at_period_end,
    scheduledEnd: end?.toISOString() ?? null,
    items: row.items.map((item) => describe(item, catalogue.get(item.priceId))),
  }
}

function describe(item: StoredItem, entry: CatalogueEntry | undefined): SubscriptionItem {
  const { priceId, productId, unitAmount, currency, interval, intervalCount, metered } = item
  const { name = null, grants = { features: [], limits: {} } } = entry ?? {}
  const quantity = item.quantity ?? 1
  const price = { priceId, productId, unitAmount, currency, interval, intervalCount, metered }
  return { ...price, name, quantity, grants }
}

/** A user's current subscription is the newest that gives access. */
async function chooseCurrent(tx: Transaction, userId: string): Promise<void> {
  // One at a time for a user, or two subscriptions that change at once would not see each other.
  await tx.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [userId])
  await tx.query(
    `UPDATE users SET current_subscription_id = (
       SELECT id FROM subscriptions WHERE user_id = $1 AND (state ->> 'access')::boolean
       ORDER BY created_at DESC, id DESC LIMIT 1
     ) WHERE id = $1`,
    [userId],
  )
}
