import type { TablePanel } from '@titanforge/dashboard'
import type { Analytics, Metric } from '../contract.js'
import { ratio } from '../reports/rates.js'

export const agentsPanel = (analytics: Analytics): TablePanel => ({
  kind: 'table',
  name: 'analytics.agents',
  title: 'Agents',
  about: 'How their runs ended; how long they took is of the last day with any',
  audience: 'superuser',
  columns: [
    { key: 'agent', title: 'Agent' },
    { key: 'runs', title: 'Runs', format: 'number' },
    { key: 'rate', title: 'Succeeded', format: 'percent' },
    { key: 'p50', title: 'Half within, ms', format: 'number' },
    { key: 'p95', title: '95 of 100 within, ms', format: 'number' },
  ],
  async load({ from, to }) {
    const names = ['agent_runs', 'agent_runs_succeeded', 'agent_p50_ms', 'agent_p95_ms']
    const metrics = await analytics.metrics({ from, to, names })
    const agents = Map.groupBy(metrics, ({ dimension }) => dimension)
    agents.delete('')
    return [...agents].map(([agent, of]) => ({
      agent,
      runs: sum(of, 'agent_runs'),
      rate: ratio(sum(of, 'agent_runs_succeeded'), sum(of, 'agent_runs')),
      p50: newest(of, 'agent_p50_ms'),
      p95: newest(of, 'agent_p95_ms'),
    }))
  },
})

const sum = (metrics: readonly Metric[], name: string) =>
  metrics.reduce((total, { metric, value }) => (metric === name ? total + value : total), 0)

const newest = (metrics: readonly Metric[], name: string) =>
  metrics.findLast(({ metric }) => metric === name)?.value ?? null
