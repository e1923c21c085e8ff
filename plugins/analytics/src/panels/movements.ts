import type { TablePanel } from '@titanforge/dashboard'
import type { Analytics } from '../contract.js'

const MOST = 100

export const movementsPanel = (analytics: Analytics): TablePanel => ({
  kind: 'table',
  name: 'analytics.movements',
  title: 'What moved the MRR',
  about: `The newest ${MOST}`,
  audience: 'superuser',
  csv: '/api/analytics/movements',
  columns: [
    { key: 'at', title: 'When', format: 'moment' },
    { key: 'kind', title: 'What' },
    { key: 'amount', title: 'Amount', format: 'money' },
    { key: 'balance', title: 'Worth after it', format: 'money' },
    { key: 'customerId', title: 'Customer' },
  ],
  async load({ from, to }) {
    const { movements } = await analytics.movements({ from, to, order: 'newest', limit: MOST })
    return movements.map(({ at, kind, amount, balance, currency, customerId }) => ({
      at,
      kind,
      amount,
      balance,
      currency,
      customerId,
    }))
  },
})
