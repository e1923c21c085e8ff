import { metrics } from '@opentelemetry/api'
import type { RouterContext } from '@koa/router'
import type { Middleware } from 'koa'
import type { RequestState } from '../request-id.js'

/**
 * Measures every request, where the application has set up OpenTelemetry metrics. By the pattern of the
 * route rather than by the path, which may hold anything and of which there are too many.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration
 */
export function requestMetrics(): Middleware<RequestState> {
  const duration = metrics.getMeter('titanforge').createHistogram('http.server.request.duration', {
    description: 'Duration of HTTP server requests.',
    unit: 's',
    advice: { explicitBucketBoundaries: SECONDS },
  })
  return async (ctx, next) => {
    const begin = performance.now()
    await next()
    const { _matchedRoute } = ctx as unknown as RouterContext
    duration.record((performance.now() - begin) / 1000, {
      'http.request.method': ctx.method,
      'http.response.status_code': ctx.status,
      ...(_matchedRoute !== undefined && { 'http.route': String(_matchedRoute) }),
    })
  }
}

// Those of the semantic conventions.
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
