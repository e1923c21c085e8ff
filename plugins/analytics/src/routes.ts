import { route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { Analytics } from './contract.js'
import { day, today } from './day.js'

const range = z
  .object({ from: day.default(() => today(-29)), to: day.default(() => today()) })
  .refine(({ from, to }) => from <= to, { message: 'must not be after `to`', path: ['from'] })

export function analyticsRoutes(analytics: Analytics): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/analytics/metrics',
      auth: 'superuser',
      summary: 'Daily figures; the last 30 days if no range is given',
      query: range,
      handler: async ({ query }) => ({
        ...query,
        metrics: await analytics.metrics(query.from, query.to),
      }),
    }),
  ]
}
