import type { Database } from '@titanforge/database'
import { runningOf } from '../admission/slots.js'
import { LIMITS } from '../entitlements/entitlement.js'
import { heldIn } from '../ledger/holds.js'
import { usedIn } from './counters.js'
import type { Period } from './period.js'

/** What a tool or an agent came to in a period. */
export interface Spent {
  what: string
  plugin: string | null
  calls: number
  /** Millionths. */
  amount: number
}

/** What a user has used of each enforced limit: in a period, or of what runs at once, now. */
export async function usedOf(
  db: Database,
  userId: string,
  period: Period,
): Promise<Record<string, number>> {
  const counted = await usedIn(db, userId, period)
  return {
    [LIMITS.apiCalls]: 0,
    [LIMITS.agentRuns]: 0,
    [LIMITS.spend]: 0,
    ...counted,
    [LIMITS.agentConcurrency]: await runningOf(db, userId),
  }
}

/** What is set aside for a user's calls that are under way, in millionths. */
export const heldOf = (db: Database, userId: string): Promise<number> =>
  heldIn(db, `user:${userId}`)

/** What a user has spent in a period, by what it was for; the dearest first. */
export async function spentOf(
  db: Database,
  userId: string,
  { start, end }: Period,
): Promise<Spent[]> {
  const rows = await db.query<{
    what: string
    plugin: string | null
    calls: string
    amount: string
  }>(
    `SELECT what, plugin, count(*) AS calls, sum(amount) AS amount FROM usage_records
     WHERE user_id = $1 AND at >= $2 AND at < $3 GROUP BY what, plugin ORDER BY sum(amount) DESC, what`,
    [userId, start, end],
  )
  return rows.map((row) => ({ ...row, calls: Number(row.calls), amount: Number(row.amount) }))
}
