import { reply, route, type Route } from '../route.js'

/**
 * `GET /metrics` in Prometheus' text format. For superusers, as all that says how the business goes:
 * Prometheus is given an API key with the scope `admin`.
 */
export const metricsRoute = (read: () => Promise<string>): Route =>
  route({
    method: 'GET',
    path: '/metrics',
    auth: 'superuser',
    summary: 'Metrics of this process, for Prometheus',
    produces: 'text/plain',
    handler: async () =>
      reply(200, await read(), { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }),
  })
