import type { Database } from '@titanforge/database'
import type { Metric } from '../contract.js'
import type { DayRange } from '../roll-up/day-range.js'

type Row = Omit<Metric, 'value' | 'isProvisional'> & { value: string; is_provisional: boolean }

export async function metrics(db: Database, { from, to }: DayRange): Promise<Metric[]> {
  const rows = await db.query<Row>(
    `SELECT day::text, metric, dimension, currency, value, is_provisional FROM daily_metrics
     WHERE day BETWEEN $1 AND $2 ORDER BY day, metric, dimension, currency`,
    [from, to],
  )
  return rows.map(({ is_provisional: isProvisional, value, ...row }) => ({
    ...row,
    value: Number(value),
    isProvisional,
  }))
}
