import { reply, route, type Route } from '@titanforge/http'
import type { Analytics } from '../contract.js'
import { rowsOrCsv } from './csv.js'
import { inCurrency, range } from './range.js'

/** What the superusers see; each list as JSON, or as CSV by `Accept: text/csv`. */
export function figureRoutes(analytics: Analytics): Route[] {
  const superuser = { method: 'GET', auth: 'superuser', query: range } as const
  return [
    route({
      ...superuser,
      path: '/api/analytics/summary',
      summary: 'What a window of days came to; the last 30 days if no range is given',
      handler: async ({ query: { currency, ...days } }) => {
        const { currencies, ...rest } = await analytics.summary(days)
        return { ...rest, currencies: currencies.filter(inCurrency(currency)) }
      },
    }),
    route({
      ...superuser,
      path: '/api/analytics/metrics',
      summary: 'Daily figures; the last 30 days if no range is given',
      handler: async ({ query: { currency, ...days }, header }) => {
        const rows = (await analytics.metrics(days)).filter(inCurrency(currency))
        return rowsOrCsv(header('Accept'), 'metrics', rows, days)
      },
    }),
    route({
      ...superuser,
      path: '/api/analytics/mrr',
      summary: 'Monthly recurring revenue by day and month, and what moved it',
      handler: async ({ query: { currency, ...days }, header }) => {
        const mrr = (await analytics.mrrByDay(days)).filter(inCurrency(currency))
        const [months, customers, converted] = await Promise.all([
          analytics.mrrByMonth(days),
          analytics.customersByMonth(days),
          analytics.convertedMrr(days),
        ])
        const more = { ...days, months: months.filter(inCurrency(currency)), customers, converted }
        return rowsOrCsv(header('Accept'), 'mrr', mrr, more)
      },
    }),
    route({
      ...superuser,
      path: '/api/analytics/movements',
      summary: 'The ledger of what customers are worth, at most 1,000 changes',
      handler: async ({ query: { currency, ...days }, header }) => {
        const rows = (await analytics.movements(days)).filter(inCurrency(currency))
        return rowsOrCsv(header('Accept'), 'movements', rows, days)
      },
    }),
    route({
      method: 'GET',
      auth: 'superuser',
      path: '/api/analytics/cohorts',
      summary: 'Who still pays of those who began in a month, and which trials became paid',
      handler: async ({ header }) => {
        const [retention, trials] = await Promise.all([analytics.retention(), analytics.trials()])
        const rows = retention.flatMap(({ cohort, size, customers }) =>
          customers.map((count, months) => ({ cohort, months, size, customers: count })),
        )
        return /\btext\/csv\b/.test(header('Accept'))
          ? rowsOrCsv(header('Accept'), 'cohorts', rows, {})
          : { retention, trials }
      },
    }),
    route({
      ...superuser,
      path: '/api/analytics/charts/mrr.svg',
      summary: 'Monthly recurring revenue by day, as a picture',
      handler: async ({ query: { from, to } }) =>
        reply(200, await analytics.mrrChart({ from, to }), { 'Content-Type': 'image/svg+xml' }),
    }),
  ]
}
