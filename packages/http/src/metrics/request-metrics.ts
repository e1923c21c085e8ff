import { metrics } from '@opentelemetry/api'
import type { AnsweredRequest } from '../request-observer.js'

/** A request, with the route that answered it, if any did. */
type Measured = Pick<AnsweredRequest, 'method' | 'status' | 'durationMs'> & {
  route: string | undefined
}

/**
 * Measures every request, where the application has set up OpenTelemetry metrics. By the pattern of the
 * route rather than by the path, which may hold anything and of which there are too many.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration
 */
export function requestMetrics(): (request: Measured) => void {
  const duration = metrics.getMeter('titanforge').createHistogram('http.server.request.duration', {
    description: 'Duration of HTTP server requests.',
    unit: 's',
    advice: { explicitBucketBoundaries: SECONDS },
  })
  return ({ method, route, status, durationMs }) =>
    duration.record(durationMs / 1000, {
      'http.request.method': method,
      'http.response.status_code': status,
      ...(route !== undefined && { 'http.route': route }),
    })
}

// Those of the semantic conventions.
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
