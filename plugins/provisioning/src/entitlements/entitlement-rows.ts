import type { Transaction } from '@titanforge/core'
import type { Entitlement, HeldEntitlement } from './entitlement.js'

/** What entitles a user: a subscription, a purchase, or the payment provider's own word. */
export interface Source {
  userId: string
  source: 'subscription' | 'purchase' | 'provider'
  sourceId: string
}

/** Whether this revision of a source is newer than what was applied; remembers it. */
export async function isNewer(
  tx: Transaction,
  sourceId: string,
  revision: number,
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO entitlement_sources (source_id, revision) VALUES ($1, $2)
     ON CONFLICT (source_id) DO UPDATE SET revision = excluded.revision
       WHERE entitlement_sources.revision < excluded.revision
     RETURNING 1`,
    [sourceId, revision],
  )
  return rows.length === 1
}

/** Whether there is still such a user; then there is to the end of the transaction. */
export async function isThere(tx: Transaction, userId: string): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM users WHERE id = $1 FOR KEY SHARE', [userId])
  return rows.length === 1
}

/** Puts what a source entitles to in the place of what it did before. */
export async function replace(
  tx: Transaction,
  { userId, source, sourceId }: Source,
  entitlements: readonly Entitlement[],
): Promise<void> {
  await tx.query('DELETE FROM entitlements WHERE source = $1 AND source_id = $2', [
    source,
    sourceId,
  ])
  for (const { kind, feature, value, validUntil, late } of entitlements) {
    await tx.query(
      `INSERT INTO entitlements (user_id, source, source_id, kind, feature, value, valid_until, late)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [userId, source, sourceId, kind, feature, value, validUntil, late],
    )
  }
}

interface Row extends Omit<HeldEntitlement, 'value' | 'validUntil'> {
  value: string | null
  valid_until: Date | null
}

/** Everything that a user holds or held, what is over too. Those that last longest come first. */
export async function entitlementsOf(
  db: Pick<Transaction, 'query'>,
  userId: string,
): Promise<HeldEntitlement[]> {
  const rows = await db.query<Row>(
    `SELECT source, kind, feature, value, valid_until, late FROM entitlements
     WHERE user_id = $1 ORDER BY valid_until DESC NULLS FIRST`,
    [userId],
  )
  return rows.map(({ value, valid_until: validUntil, ...row }) => ({
    ...row,
    value: value === null ? null : Number(value),
    validUntil,
  }))
}
