import type { Database } from '@titanforge/database'
import type { Metric, MetricQuery } from '../contract.js'

type Row = Omit<Metric, 'value' | 'isProvisional'> & { value: string; is_provisional: boolean }

export async function metrics(
  db: Database,
  { from, to, names, totalsOnly = false }: MetricQuery,
): Promise<Metric[]> {
  const rows = await db.query<Row>(
    `SELECT day::text, metric, dimension, currency, value, is_provisional FROM daily_metrics
     WHERE day BETWEEN $1 AND $2 AND ($3::text[] IS NULL OR metric = ANY ($3))
       ${totalsOnly ? "AND dimension = ''" : ''}
     ORDER BY day, metric, dimension, currency`,
    [from, to, names ?? null],
  )
  return rows.map(({ is_provisional: isProvisional, value, ...row }) => ({
    ...row,
    value: Number(value),
    isProvisional,
  }))
}
