import type { Transaction } from '@titanforge/core'
import type { DayRange } from './day-range.js'
import { beginOf, dayOf, isProvisional, notByInternal, type Scope } from './scope.js'

const METRICS = ['dau', 'wau', 'mau']

/** The longest window, in days. */
export const LONGEST_WINDOW = 30

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'

// A user who is active on a day is in the windows of w days from that day on, until w days have passed or
// the user is active again: one mark up and one down, and a running sum over all users. The log still knows
// a deleted user by the key of these events, which is the user's id; other keys are nobody's.
const SWEEP = `
  WITH active AS (
    SELECT DISTINCT coalesce(user_id, CASE WHEN key ~ '${UUID}' THEN key::uuid END) AS actor, ${dayOf('timestamp')} AS day
    FROM events
    WHERE timestamp >= ${beginOf('$1', -LONGEST_WINDOW + 1)} AND timestamp < ${beginOf('$2', 1)}
      AND event_type = ANY ($3) AND (user_id IS NOT NULL OR key ~ '${UUID}')
      AND ${notByInternal}
  ), spans AS (
    SELECT day, lead(day) OVER (PARTITION BY actor ORDER BY day) AS again FROM active
  ), marks AS (
    SELECT day, count(*) AS dau, count(*) AS wau, count(*) AS mau FROM spans GROUP BY day
    UNION ALL SELECT least(again, day + 7), 0, -count(*), 0 FROM spans GROUP BY 1
    UNION ALL SELECT least(again, day + 30), 0, 0, -count(*) FROM spans GROUP BY 1
    UNION ALL SELECT day::date, 0, 0, 0 FROM generate_series($1::date, $2::date, interval '1 day') AS day
  ), daily AS (
    SELECT day, sum(dau) AS dau, sum(wau) AS wau, sum(mau) AS mau FROM marks GROUP BY day
  ), running AS (
    SELECT day, dau, sum(wau) OVER past AS wau, sum(mau) OVER past AS mau
    FROM daily WINDOW past AS (ORDER BY day)
  )
  INSERT INTO daily_metrics (day, metric, value, is_provisional)
  SELECT day, metric, value, ${isProvisional('day')}
  FROM running CROSS JOIN LATERAL (VALUES ('dau', dau), ('wau', wau), ('mau', mau)) AS figure (metric, value)
  WHERE day BETWEEN $1 AND $2 AND value > 0`

/** Who was active on a day, and in the 7 and 30 days that end with it (S16). */
export async function rollUpActiveUsers(
  tx: Transaction,
  { from, to }: DayRange,
  { activity }: Scope,
): Promise<void> {
  await tx.query('DELETE FROM daily_metrics WHERE day BETWEEN $1 AND $2 AND metric = ANY ($3)', [
    from,
    to,
    METRICS,
  ])
  await tx.query(SWEEP, [from, to, activity])
}
