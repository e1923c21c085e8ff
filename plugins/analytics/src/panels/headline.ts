import type { Figure, MetricPanel } from '@titanforge/dashboard'
import type { Analytics, CurrencySummary } from '../contract.js'

/** What the business comes to. */
export const headlinePanel = (analytics: Analytics): MetricPanel => ({
  kind: 'metric',
  name: 'analytics.headline',
  title: 'Business',
  audience: 'superuser',
  async load({ from, to }) {
    const { currencies, customers, users } = await analytics.summary({ from, to })
    return [
      ...currencies.flatMap(moneyOf),
      { label: 'Paying customers', value: customers.paying },
      { label: 'Customer churn', value: customers.churn, format: 'percent' },
      { label: 'Active today', value: users.dau },
      { label: 'Active in 30 days', value: users.mau },
    ]
  },
})

const moneyOf = ({ currency, mrr, arr, arpu, ltv, netRevenue }: CurrencySummary): Figure[] =>
  [
    { label: 'MRR', value: mrr },
    { label: 'ARR', value: arr },
    { label: 'ARPU', value: arpu },
    { label: 'LTV', value: ltv },
    { label: 'Net revenue', value: netRevenue },
  ].map((figure) => ({ ...figure, format: 'money', currency }))
