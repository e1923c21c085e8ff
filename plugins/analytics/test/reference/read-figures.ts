import type { Database } from '@titanforge/database'
import type { Line } from './figures.js'

const LINES = `
  SELECT concat_ws(' ', day, currency, start, new, reactivation, expansion, contraction, churn, "end", 'committed',
                   committed, 'of', customers) AS line, xmin::text AS version, day::text FROM mrr_snapshots
  UNION ALL
  SELECT concat_ws(' ', month, 'month', currency, start, new, reactivation, expansion, contraction, churn, "end"),
         xmin::text, month::text FROM mrr_months
  UNION ALL
  SELECT concat_ws(' ', month, 'customers', start, new, reactivated, churned, "end"), xmin::text, month::text FROM customer_months
  UNION ALL
  SELECT concat_ws(' ', cohort, 'cohort', '+' || months, customers, 'of', size), xmin::text, cohort::text FROM retention_cohorts
  UNION ALL
  SELECT concat_ws(' ', day, metric, nullif(currency, ''), trim_scale(value)), xmin::text, day::text FROM daily_metrics
  WHERE dimension = '' UNION ALL
  SELECT concat_ws(' ', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), customer_id, currency, kind, amount, 'to',
                   balance, 'by', cause_sub, source_version), xmin::text, day::text FROM mrr_movements`

interface Stored {
  line: Line
  /** That of the row: a row that is written again has another. */
  version: string
  day: string
}

/** What the roll-ups wrote, with the version of each row. */
export const storedFigures = (db: Database): Promise<Stored[]> => db.query<Stored>(LINES)

/** What the roll-ups wrote, as the reference says it. */
export async function figures(db: Database): Promise<Line[]> {
  return (await storedFigures(db)).map(({ line }) => line).toSorted()
}
