import type { Transaction } from '@titanforge/core'
import type { DayRange } from './day-range.js'
import { beginOf, dayOf, isProvisional, notByInternal } from './scope.js'

/** The events that are counted: each type's metric, and what of the payload it is split by. */
const COUNTED = {
  'auth.signed_up': { metric: 'sign_ups', dimension: undefined },
  'auth.logged_in': { metric: 'log_ins', dimension: undefined },
  'analytics.api_called': { metric: 'api_calls', dimension: 'route' },
  'analytics.tracked': { metric: 'front_end_events', dimension: 'type' },
  'analytics.agent_run_ended': { metric: 'agent_runs', dimension: 'agent' },
} as const

/** The types of event that a roll-up reads. */
export const COUNTED_TYPES = Object.keys(COUNTED)
const METRICS = ['api_errors', ...Object.values(COUNTED).map(({ metric }) => metric)]

const cases = (of: 'metric' | 'dimension') =>
  Object.entries(COUNTED)
    .flatMap(([type, it]) => {
      const value =
        of === 'metric' ? `'${it.metric}'` : it.dimension && `payload ->> '${it.dimension}'`
      return value ? [`WHEN '${type}' THEN ${value}`] : []
    })
    .join(' ')

// The log is read once. What is split has its total under the empty dimension.
const COUNT = `
  WITH counted AS MATERIALIZED (
    SELECT ${dayOf('timestamp')} AS day, event_type, CASE event_type ${cases('dimension')} END AS dimension,
           count(*) AS events,
           count(*) FILTER (WHERE event_type = 'analytics.api_called' AND (payload ->> 'status')::int >= 500) AS errors
    FROM events
    WHERE timestamp >= ${beginOf('$1')} AND timestamp < ${beginOf('$2', 1)}
      AND event_type = ANY ($3) AND ${notByInternal}
    GROUP BY 1, 2, 3
  ), figures AS (
    SELECT day, CASE event_type ${cases('metric')} END AS metric, coalesce(dimension, '') AS dimension,
           sum(events) AS value
    FROM counted GROUP BY GROUPING SETS ((day, event_type, dimension), (day, event_type))
    HAVING GROUPING(dimension) = 1 OR dimension IS NOT NULL
    UNION ALL
    SELECT day, 'api_errors', '', sum(errors) FROM counted GROUP BY day HAVING sum(errors) > 0
  )
  INSERT INTO daily_metrics (day, metric, dimension, value, is_provisional)
  SELECT day, metric, dimension, value, ${isProvisional('day')} FROM figures`

/** Counts sign-ups, log-ins, API calls, front-end events and agent runs by day. */
export async function rollUpCounts(tx: Transaction, { from, to }: DayRange): Promise<void> {
  await tx.query('DELETE FROM daily_metrics WHERE day BETWEEN $1 AND $2 AND metric = ANY ($3)', [
    from,
    to,
    METRICS,
  ])
  await tx.query(COUNT, [from, to, COUNTED_TYPES])
}
