import type { Logger } from '@titanforge/core'
import type { RouterContext } from '@koa/router'
import type { Middleware } from 'koa'
import type { Identity } from './guard.js'
import { requestMetrics } from './metrics/request-metrics.js'
import type { RequestState } from './request-id.js'

/** A request that was answered by a route. */
export interface AnsweredRequest {
  readonly method: string
  /** The route's pattern, such as `/api/runs/:id`. */
  readonly route: string
  readonly status: number
  readonly durationMs: number
  /** Who called; undefined where the route asks nobody, or nobody was proven. */
  readonly identity: Identity | undefined
}

/** Is told of every request that a route has answered. What it throws is logged, and changes no answer. */
export type RequestObserver = (request: AnsweredRequest) => void

/**
 * Times every request, once for all who want to know: the log, without the query, which may hold secrets;
 * the metrics; and, of what a route has answered, the observers.
 */
export function observeRequests(
  observers: readonly RequestObserver[],
  log: Logger,
): Middleware<RequestState> {
  const measure = requestMetrics()
  return async (ctx, next) => {
    const begin = performance.now()
    await next()
    const durationMs = performance.now() - begin
    const { method, path, status, state } = ctx
    const { requestId, identity } = state
    log.debug({ method, path, status, ms: Math.round(durationMs), requestId }, 'request')
    const { _matchedRoute } = ctx as unknown as RouterContext
    const route = _matchedRoute === undefined ? undefined : String(_matchedRoute)
    measure({ method, route, status, durationMs })
    if (route === undefined) return
    for (const observe of observers) {
      try {
        observe({ method, route, status, durationMs, identity })
      } catch (error) {
        log.error({ err: error }, 'a request observer failed')
      }
    }
  }
}

declare module '@titanforge/core' {
  interface Contributions {
    requestObservers?: readonly RequestObserver[]
  }
}
