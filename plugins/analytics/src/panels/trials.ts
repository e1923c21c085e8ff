import type { TablePanel } from '@titanforge/dashboard'
import type { Analytics } from '../contract.js'
import { ratio } from '../reports/rates.js'

const NEWEST = 24

export const trialsPanel = (analytics: Analytics): TablePanel => ({
  kind: 'table',
  name: 'analytics.trials',
  title: 'Trials',
  about: 'Of those that began in a month, how many were paid for within 14 days of their end',
  audience: 'superuser',
  columns: [
    { key: 'month', title: 'Began in', format: 'day' },
    { key: 'started', title: 'Trials', format: 'number' },
    { key: 'converted', title: 'Paid', format: 'number' },
    { key: 'rate', title: 'Share', format: 'percent' },
    { key: 'state', title: 'State' },
  ],
  async load() {
    const trials = (await analytics.trials()).slice(-NEWEST).toReversed()
    return trials.map(({ month, started, converted, isOpen }) => ({
      month,
      started,
      converted,
      rate: ratio(converted, started),
      state: isOpen ? 'Some may still pay' : 'Final',
    }))
  },
})
