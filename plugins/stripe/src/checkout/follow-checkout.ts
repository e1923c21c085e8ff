import type { Transaction } from '@titanforge/core'
import type { PurchasedItem } from '../announce/purchases.js'

interface Which {
  sessionId: string
  /** Our own id, from the session's metadata. */
  checkoutId: string | undefined
  /** Whose session it is. */
  userId: string | undefined
  /** What it has led to; null for a purchase, and while it is open. */
  subscriptionId: string | null
}

const STATUS = {
  open: 'open',
  pending: 'pending',
  paid: 'fulfilled',
  failed: 'failed',
  expired: 'expired',
} as const

/** From which statuses each may follow. Money that arrives counts, whatever was thought before. */
const BEFORE: Record<string, string[]> = {
  pending: ['open', 'expired'],
  expired: ['open'],
  failed: ['open', 'pending'],
  fulfilled: ['open', 'pending', 'failed', 'expired'],
}

/**
 * Moves our own row of a checkout on, as its session says: a compare-and-set, so that webhook, success
 * page and reconciler together fulfil it once.
 */
export async function followCheckout(
  tx: Transaction,
  { sessionId, checkoutId, userId, subscriptionId }: Which,
  outcome: keyof typeof STATUS,
): Promise<void> {
  const status = STATUS[outcome]
  // A cut-short start has not stored the session's id; the session's metadata knows ours.
  await tx.query(
    `UPDATE checkouts SET status = $4, stripe_session_id = $1, stripe_subscription_id = $6, updated_at = now(),
       fulfilled_at = CASE WHEN $4 = 'fulfilled' THEN now() END
     WHERE (stripe_session_id = $1 OR (stripe_session_id IS NULL AND id::text = $2)) AND user_id = $3
       AND status = ANY($5)`,
    [sessionId, checkoutId ?? null, userId ?? null, status, BEFORE[status] ?? [], subscriptionId],
  )
}

/** What a checkout of ours is for; nothing where the session is not ours. */
export async function itemsOfCheckout(
  tx: Transaction,
  sessionId: string,
  checkoutId: string | undefined,
): Promise<PurchasedItem[]> {
  return tx.query<{ priceId: string; productId: string; quantity: number }>(
    `SELECT p.stripe_price_id AS "priceId", p.stripe_product_id AS "productId", c.quantity
     FROM checkouts c JOIN products p ON p.id = c.product_id
     WHERE c.stripe_session_id = $1 OR c.id::text = $2`,
    [sessionId, checkoutId ?? null],
  )
}
