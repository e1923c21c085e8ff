import type { ReservationRequest, Transaction } from '@titanforge/core'
import { LIMITS } from '../entitlements/entitlement.js'
import { periodOf } from '../usage/period.js'
import { scopesOf } from './scopes.js'

type Querier = Pick<Transaction, 'query'>

/** Lets one transaction at a time deal with these accounts. All take them in one order. */
export async function lockScopes(tx: Querier, scopes: readonly string[]): Promise<void> {
  await tx.query(
    "SELECT pg_advisory_xact_lock(hashtextextended('budget ' || scope, 0)) FROM unnest($1::text[]) scope",
    [[...scopes].sort()],
  )
}

/** Sets money aside in every scope, in the place of what the key holds there. */
export async function hold(
  tx: Querier,
  { scopes, amount, key, ttlMs }: ReservationRequest,
): Promise<void> {
  await tx.query(
    `INSERT INTO budget_holds (key, scope, amount, expires_at)
     SELECT $1, scope, $3, clock_timestamp() + make_interval(secs => $4) FROM unnest($2::text[]) scope
     ON CONFLICT (key, scope) DO UPDATE SET amount = excluded.amount, expires_at = excluded.expires_at`,
    [key, scopes, amount, ttlMs / 1000],
  )
}

/** Gives back what a key holds. Resolves with how much was still held, by scope. */
export async function unhold(tx: Querier, key: string): Promise<Map<string, number>> {
  const rows = await tx.query<{ scope: string; amount: string; live: boolean }>(
    `DELETE FROM budget_holds WHERE key = $1
     RETURNING scope, amount, expires_at > clock_timestamp() AS live`,
    [key],
  )
  const live = rows.filter(({ live }) => live)
  return new Map(live.map(({ scope, amount }) => [scope, Number(amount)]))
}

const HELD = `SELECT sum(amount) FROM budget_holds
  WHERE scope = $1 AND key <> $2 AND expires_at > clock_timestamp()`
const SPENT_BY_USER = `SELECT used FROM usage_counters
  WHERE user_id = $3 AND meter = '${LIMITS.spend}' AND period_start = $4`
const SPENT_BY_RUN = 'SELECT sum(amount) FROM usage_records WHERE run_id = $3'

/**
 * What is spent in a scope, by a user in this month and by a run at all, and what is set aside in it for
 * others than a key; in millionths.
 */
export async function takenIn(tx: Querier, scope: string, key: string): Promise<number> {
  const { userId, runId } = scopesOf([scope])
  const spent = userId === null ? SPENT_BY_RUN : SPENT_BY_USER
  const whose = userId === null ? [runId] : [userId, periodOf(new Date()).start]
  const [row] = await tx.query<{ taken: string }>(
    `SELECT coalesce((${HELD}), 0) + coalesce((${spent}), 0) AS taken`,
    [scope, key, ...whose],
  )
  return Number(row?.taken)
}

/** What is set aside in a scope, in millionths. */
export async function heldIn(db: Querier, scope: string): Promise<number> {
  const [row] = await db.query<{ held: string | null }>(
    `SELECT sum(amount) AS held FROM budget_holds
     WHERE scope = $1 AND expires_at > clock_timestamp()`,
    [scope],
  )
  return Number(row?.held ?? 0)
}
