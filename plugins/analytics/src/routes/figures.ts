import { reply, route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { Analytics, CurrencySummary, Movement, MovementQuery } from '../contract.js'
import * as answers from './answers.js'
import { COLUMNS } from './columns.js'
import { csv, format, wantsCsv } from './csv.js'
import { inCurrency, range } from './range.js'

const MOST = 1_000
const query = range.safeExtend({ format })

/** What the superusers see; each list as JSON, or as CSV by `format=csv` or `Accept: text/csv`. */
export function figureRoutes(analytics: Analytics): Route[] {
  const superuser = { method: 'GET', auth: 'superuser' } as const
  return [
    route({
      ...superuser,
      path: '/api/analytics/summary',
      summary: 'What a window of days came to; the last 30 days if no range is given',
      query,
      response: answers.summary,
      handler: async ({ query: { currency, format, ...days }, header }) => {
        const summary = await analytics.summary(days)
        const currencies = summary.currencies.filter(inCurrency(currency))
        if (!wantsCsv(format, header('Accept'))) return { ...summary, currencies }
        return csv('summary', COLUMNS.summary, currencies.map(flat))
      },
    }),
    route({
      ...superuser,
      path: '/api/analytics/metrics',
      summary: 'Daily figures, all or those of one "metric"; the last 30 days if no range is given',
      query: query.safeExtend({ metric: z.string().max(100).optional() }),
      response: answers.metrics,
      handler: async ({ query: { currency, format, metric, ...days }, header }) => {
        const names = metric === undefined ? undefined : [metric]
        const found = await analytics.metrics({ ...days, names })
        const metrics = found.filter(inCurrency(currency))
        if (!wantsCsv(format, header('Accept'))) return { ...days, metrics }
        return csv('metrics', COLUMNS.metrics, metrics)
      },
    }),
    route({
      ...superuser,
      path: '/api/analytics/mrr',
      summary:
        'Monthly recurring revenue by day and month, and what moved it; CSV of one of its tables',
      query: query.safeExtend({
        table: z.enum(['days', 'months', 'customers', 'converted']).default('days'),
      }),
      response: answers.mrr,
      handler: async ({ query: { currency, format, table, ...days }, header }) => {
        const ofCurrency = inCurrency(currency)
        const read = {
          days: async () => (await analytics.mrrByDay(days)).filter(ofCurrency),
          months: async () => (await analytics.mrrByMonth(days)).filter(ofCurrency),
          customers: () => analytics.customersByMonth(days),
          converted: () => analytics.convertedMrr(days),
        }
        if (wantsCsv(format, header('Accept')))
          return csv(table === 'days' ? 'mrr' : table, COLUMNS[table], await read[table]())
        const [mrr, months, customers, converted] = await Promise.all([
          read.days(),
          read.months(),
          read.customers(),
          read.converted(),
        ])
        return { ...days, mrr, months, customers, converted }
      },
    }),
    route({
      ...superuser,
      path: '/api/analytics/movements',
      summary:
        'The ledger of what customers are worth; "after" is the "next" of the page before, and CSV has all pages',
      query: query.safeExtend({
        order: z.enum(['oldest', 'newest']).default('oldest'),
        limit: z.coerce.number<string>().int().min(1).max(MOST).default(MOST),
        after: z.string().max(200).optional(),
      }),
      response: answers.movements,
      handler: async ({ query: { format, ...asked }, header }) => {
        if (wantsCsv(format, header('Accept')))
          return csv('movements', COLUMNS.movements, allMovements(analytics, asked))
        const { from, to } = asked
        return { from, to, ...(await analytics.movements(asked)) }
      },
    }),
    route({
      ...superuser,
      path: '/api/analytics/cohorts',
      summary: 'Who still pays of those who began in a month, and which trials became paid',
      query: z.object({ format, table: z.enum(['retention', 'trials']).default('retention') }),
      response: answers.cohorts,
      handler: async ({ query: { format, table }, header }) => {
        const [retention, trials] = await Promise.all([analytics.retention(), analytics.trials()])
        if (!wantsCsv(format, header('Accept'))) return { retention, trials }
        if (table === 'trials') return csv('trials', COLUMNS.trials, trials)
        const rows = retention.flatMap(({ cohort, size, customers }) =>
          customers.map((count, months) => ({ cohort, months, size, customers: count })),
        )
        return csv('cohorts', COLUMNS.retention, rows)
      },
    }),
    route({
      ...superuser,
      path: '/api/analytics/charts/mrr.svg',
      summary: 'Monthly recurring revenue by day, as a picture',
      produces: 'image/svg+xml',
      query: range,
      handler: async ({ query: { from, to } }) =>
        reply(200, await analytics.mrrChart({ from, to }), { 'Content-Type': 'image/svg+xml' }),
    }),
  ]
}

const flat = ({ movements, churn, ...rest }: CurrencySummary) => ({
  ...rest,
  ...movements,
  grossChurn: churn.gross,
  netChurn: churn.net,
  netRevenueRetention: churn.netRevenueRetention,
  grossRevenueRetention: churn.grossRevenueRetention,
})

/** Page after page, as they are taken. */
async function* allMovements(analytics: Analytics, query: MovementQuery): AsyncGenerator<Movement> {
  let after = query.after
  do {
    const page = await analytics.movements({ ...query, limit: MOST, ...(after && { after }) })
    yield* page.movements
    after = page.next ?? undefined
  } while (after)
}
