import type { Database } from '@titanforge/database'
import type { Movement } from '../contract.js'
import type { DayRange } from '../roll-up/day-range.js'

const MOST = 1_000

type Row = Omit<Movement, 'at'> & { at: Date }

export async function movements(db: Database, { from, to }: DayRange): Promise<Movement[]> {
  const rows = await db.query<Row>(
    `SELECT at, customer_id AS "customerId", currency, kind, amount::float8, balance::float8,
            cause_sub AS "subscriptionId", source_version AS revision, reason
     FROM mrr_movements WHERE day BETWEEN $1 AND $2 ORDER BY at, customer_id, currency, nth LIMIT ${MOST}`,
    [from, to],
  )
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
