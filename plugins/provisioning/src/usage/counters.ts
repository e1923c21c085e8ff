import type { Transaction } from '@titanforge/core'
import type { Period } from './period.js'

type Querier = Pick<Transaction, 'query'>

export interface Counted {
  userId: string
  /** The name of the limit that it is counted against. */
  meter: string
  period: Period
}

/**
 * Counts use, in one statement, so that however many count at once none goes over the limit.
 *
 * @param limit undefined where there is none.
 * @returns how much is used now; undefined where it would be more than the limit, and nothing was counted.
 */
export async function count(
  db: Querier,
  { userId, meter, period }: Counted,
  limit: number | undefined,
  by = 1,
): Promise<number | undefined> {
  const [row] = await db.query<{ used: string }>(
    `INSERT INTO usage_counters AS c (user_id, meter, period_start, used)
     SELECT $1, $2, $3, $4 WHERE $5::bigint IS NULL OR $4::bigint <= $5
     ON CONFLICT (user_id, meter, period_start) DO UPDATE SET used = c.used + excluded.used
       WHERE $5::bigint IS NULL OR c.used + excluded.used <= $5
     RETURNING used`,
    [userId, meter, period.start, by, limit ?? null],
  )
  return row && Number(row.used)
}

/** Takes back what was counted for nothing. */
export async function uncount(db: Querier, { userId, meter, period }: Counted): Promise<void> {
  await db.query(
    `UPDATE usage_counters SET used = used - 1
     WHERE user_id = $1 AND meter = $2 AND period_start = $3 AND used > 0`,
    [userId, meter, period.start],
  )
}

/** What a user has used in a period, by meter; what was not used is absent. */
export async function usedIn(
  db: Querier,
  userId: string,
  period: Period,
): Promise<Record<string, number>> {
  const rows = await db.query<{ meter: string; used: string }>(
    'SELECT meter, used FROM usage_counters WHERE user_id = $1 AND period_start = $2',
    [userId, period.start],
  )
  return Object.fromEntries(rows.map(({ meter, used }) => [meter, Number(used)]))
}
