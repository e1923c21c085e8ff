import type { ChartPanel } from '@titanforge/dashboard'
import type { Analytics } from '../contract.js'

export const revenuePanel = (analytics: Analytics): ChartPanel => ({
  kind: 'chart',
  name: 'analytics.revenue',
  title: 'Net revenue',
  about: 'What was paid less refunds, lost disputes and tax, by day (UTC)',
  audience: 'superuser',
  async load({ from, to }) {
    const days = await analytics.metrics({ from, to, names: ['net_revenue'], totalsOnly: true })
    return [...Map.groupBy(days, ({ currency }) => currency)].map(([currency, of]) => ({
      name: currency.toUpperCase(),
      currency,
      points: of.map(({ day, value }) => [day, value] as const),
    }))
  },
})
