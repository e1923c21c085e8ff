import type { Transaction } from '@titanforge/core'
import type { DayRange } from './day-range.js'
import { beginOf, dayOf, isProvisional, notByInternal } from './scope.js'

const METRICS = ['agent_runs_succeeded', 'agent_success_rate', 'agent_p50_ms', 'agent_p95_ms']

const MEASURE = `
  WITH runs AS (
    SELECT ${dayOf('timestamp')} AS day, payload ->> 'agent' AS agent, payload ->> 'status' AS status,
           (payload ->> 'durationMs')::float8 AS ms
    FROM events
    WHERE timestamp >= ${beginOf('$1')} AND timestamp < ${beginOf('$2', 1)}
      AND event_type = 'analytics.agent_run_ended' AND ${notByInternal}
  ), measured AS (
    SELECT day, coalesce(agent, '') AS agent, count(*) AS runs, count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
           percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY ms) AS ms
    FROM runs GROUP BY GROUPING SETS ((day, agent), (day))
  )
  INSERT INTO daily_metrics (day, metric, dimension, value, is_provisional)
  SELECT day, metric, agent, round(value::numeric, 3), ${isProvisional('day')}
  FROM measured CROSS JOIN LATERAL (
    VALUES ('agent_runs_succeeded', succeeded::float8), ('agent_success_rate', succeeded::float8 / runs),
           ('agent_p50_ms', ms[1]), ('agent_p95_ms', ms[2])
  ) AS figure (metric, value)`

/** How many of each agent's runs succeeded, and how long they took: half of them, and 95 of 100. */
export async function rollUpAgents(tx: Transaction, { from, to }: DayRange): Promise<void> {
  await tx.query('DELETE FROM daily_metrics WHERE day BETWEEN $1 AND $2 AND metric = ANY ($3)', [
    from,
    to,
    METRICS,
  ])
  await tx.query(MEASURE, [from, to])
}
