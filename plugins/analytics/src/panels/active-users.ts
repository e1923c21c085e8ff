import type { ChartPanel } from '@titanforge/dashboard'
import type { Analytics } from '../contract.js'

const SHOWN = { dau: 'In a day', wau: 'In 7 days', mau: 'In 30 days' }

export const activeUsersPanel = (analytics: Analytics): ChartPanel => ({
  kind: 'chart',
  name: 'analytics.active-users',
  title: 'Active users',
  audience: 'superuser',
  csv: '/api/analytics/metrics',
  async load({ from, to }) {
    const names = Object.keys(SHOWN)
    const metrics = await analytics.metrics({ from, to, names, totalsOnly: true })
    return Object.entries(SHOWN).map(([metric, name]) => ({
      name,
      points: metrics
        .filter((one) => one.metric === metric)
        .map(({ day, value }) => [day, value] as const),
    }))
  },
})
