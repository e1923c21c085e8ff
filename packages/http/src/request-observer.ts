import type { Logger } from '@titanforge/core'
import type { RouterContext } from '@koa/router'
import type { Middleware } from 'koa'
import type { Identity } from './guard.js'
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

/** Tells the observers of every request that a route has answered. */
export function observeRequests(
  observers: readonly RequestObserver[],
  log: Logger,
): Middleware<RequestState> {
  return async (ctx, next) => {
    const begin = performance.now()
    await next()
    const { _matchedRoute } = ctx as unknown as RouterContext
    if (_matchedRoute === undefined) return
    const { method, status, state } = ctx
    const durationMs = performance.now() - begin
    const route = String(_matchedRoute)
    for (const observe of observers) {
      try {
        observe({ method, route, status, durationMs, identity: state.identity })
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
