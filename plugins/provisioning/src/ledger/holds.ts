import type { ReservationRequest, Transaction } from '@titanforge/core'
import { usedIn } from '../usage/counters.js'
import { periodOf } from '../usage/period.js'
import { LIMITS } from '../entitlements/entitlement.js'
import { scopesOf } from './scopes.js'

type Querier = Pick<Transaction, 'query'>

/** Lets one transaction at a time deal with these accounts. All take them in one order. */
export async function lockScopes(tx: Querier, scopes: readonly string[]): Promise<void> {
  for (const scope of [...scopes].sort())
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`budget ${scope}`])
}

/** Sets money aside in every scope. */
export async function hold(
  tx: Querier,
  { scopes, amount, key, ttlMs }: ReservationRequest,
): Promise<void> {
  await tx.query(
    `INSERT INTO budget_holds (key, scope, amount, expires_at)
     SELECT $1, scope, $3, clock_timestamp() + make_interval(secs => $4) FROM unnest($2::text[]) scope`,
    [key, scopes, amount, ttlMs / 1000],
  )
}

/** Gives back what a key holds. Resolves with in how many scopes that was still held. */
export async function unhold(tx: Querier, key: string): Promise<number> {
  const rows = await tx.query<{ live: boolean }>(
    'DELETE FROM budget_holds WHERE key = $1 RETURNING expires_at > clock_timestamp() AS live',
    [key],
  )
  return rows.filter(({ live }) => live).length
}

/** What is set aside in a scope, in millionths. */
export async function heldIn(db: Querier, scope: string): Promise<number> {
  const [row] = await db.query<{ held: string }>(
    `SELECT coalesce(sum(amount), 0) AS held FROM budget_holds
     WHERE scope = $1 AND expires_at > clock_timestamp()`,
    [scope],
  )
  return Number(row?.held)
}

/** What is spent in a scope: by a user in this month, by a run at all. */
export async function spentIn(db: Querier, scope: string): Promise<number> {
  const { userId, runId } = scopesOf([scope])
  if (userId !== null) return (await usedIn(db, userId, periodOf(new Date())))[LIMITS.spend] ?? 0
  const [row] = await db.query<{ spent: string }>(
    'SELECT coalesce(sum(amount), 0) AS spent FROM usage_records WHERE run_id = $1',
    [runId],
  )
  return Number(row?.spent)
}
