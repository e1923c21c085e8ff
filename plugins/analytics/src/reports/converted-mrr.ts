import type { Database } from '@titanforge/database'
import type { ConvertedMrrDay } from '../contract.js'
import { addDays } from '../day.js'
import type { DayRange } from '../roll-up/day-range.js'

const COLUMNS = ['new', 'reactivation', 'expansion', 'contraction', 'churn', '"end"']
const converted = COLUMNS.map(
  (column) => `coalesce(sum(round(${column} * factor)), 0)::float8 AS ${column}`,
).join(', ')

// Everything is worth what it is at the day's rate; the newest older one stands in for a missing rate, and
// never 1. What is left over between two days is what the rates did, so that the sum is exact (S7, S10).
const CONVERTED = `
  WITH rated AS (
    SELECT s.*, CASE WHEN s.currency = $3 THEN 1 ELSE rate END
             * power(10::numeric, coalesce(quote.exponent, 2) - coalesce(base.exponent, 2)) AS factor,
           fx.day < s.day AS is_old
    FROM mrr_snapshots s
    LEFT JOIN LATERAL (
      SELECT rate, day FROM fx_rates WHERE base = s.currency AND quote = $3 AND fx_rates.day <= s.day
      ORDER BY day DESC LIMIT 1
    ) AS fx ON s.currency <> $3
    LEFT JOIN currencies base ON base.currency = s.currency
    LEFT JOIN currencies quote ON quote.currency = $3
    WHERE s.day BETWEEN $1 AND $2
  )
  SELECT day::date::text, ${converted}, coalesce(bool_or(is_old), false) AS "isEstimated",
         coalesce(bool_or(is_provisional), false) AS "isProvisional",
         coalesce(array_agg(currency ORDER BY currency) FILTER (WHERE factor IS NULL AND currency IS NOT NULL), '{}') AS missing
  FROM generate_series($1::date, $2::date, interval '1 day') AS day
  LEFT JOIN rated USING (day) GROUP BY 1 ORDER BY 1`

type Row = Omit<ConvertedMrrDay, 'start' | 'fx' | 'currency'>

export async function convertedMrr(
  db: Database,
  { from, to }: DayRange,
  currency: string | undefined,
): Promise<ConvertedMrrDay[]> {
  if (currency === undefined) return []
  const [before, ...days] = await db.query<Row>(CONVERTED, [addDays(from, -1), to, currency])
  let start = before?.end ?? 0
  return days.map((row) => {
    const { reactivation, expansion, contraction, churn, end } = row
    const fx = end - start - (row.new + reactivation + expansion - contraction - churn)
    const day = { ...row, currency, start, fx }
    start = end
    return day
  })
}
