import type { Logger } from '@titanforge/core'
import type { Middleware } from 'koa'
import type { RequestState } from './request-id.js'

/** Logs every request, without its query, which may hold secrets. */
export function requestLog(log: Logger): Middleware<RequestState> {
  return async (ctx, next) => {
    const begin = performance.now()
    await next()
    const ms = Math.round(performance.now() - begin)
    const { method, path, status } = ctx
    log.debug({ method, path, status, ms, requestId: ctx.state.requestId }, 'request')
  }
}
