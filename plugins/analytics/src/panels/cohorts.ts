import type { TablePanel } from '@titanforge/dashboard'
import type { Analytics } from '../contract.js'
import { ratio } from '../reports/rates.js'

const MONTHS = [1, 3, 6, 12]
const NEWEST = 24

export const cohortsPanel = (analytics: Analytics): TablePanel => ({
  kind: 'table',
  name: 'analytics.cohorts',
  title: 'Who stays',
  about: 'Of those who began to pay in a month, how many still do so many months later',
  audience: 'superuser',
  columns: [
    { key: 'cohort', title: 'Began in', format: 'day' },
    { key: 'size', title: 'Customers', format: 'number' },
    ...MONTHS.map((month) => ({
      key: `after${month}`,
      title: month === 1 ? 'After 1 month' : `After ${month} months`,
      format: 'percent' as const,
    })),
  ],
  async load() {
    const cohorts = (await analytics.retention()).slice(-NEWEST).toReversed()
    return cohorts.map(({ cohort, size, customers }) => ({
      cohort,
      size,
      ...Object.fromEntries(
        MONTHS.map((month) => {
          const left = customers[month]
          return [`after${month}`, left === undefined ? null : ratio(left, size)]
        }),
      ),
    }))
  },
})
