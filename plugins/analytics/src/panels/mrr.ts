import type { ChartPanel } from '@titanforge/dashboard'
import type { Analytics } from '../contract.js'

export const mrrPanel = (analytics: Analytics): ChartPanel => ({
  kind: 'chart',
  name: 'analytics.mrr',
  title: 'Monthly recurring revenue',
  about: 'By day (UTC), in each currency',
  audience: 'superuser',
  csv: '/api/analytics/mrr',
  async load({ from, to }) {
    const days = await analytics.mrrByDay({ from, to })
    return [...Map.groupBy(days, ({ currency }) => currency)].map(([currency, of]) => ({
      name: currency.toUpperCase(),
      currency,
      points: of.map(({ day, end }) => [day, end] as const),
    }))
  },
})
