import type { Middleware } from 'koa'
import type { RequestState } from './request-id.js'

/**
 * Node takes any text for a request's target, and Koa throws at each look at the path of one that is no
 * URL. Such a target names nothing, and is answered as any path that nobody serves.
 */
export const saneTarget: Middleware<RequestState> = (ctx, next) => {
  const target = ctx.req.url ?? ''
  if (!target.startsWith('/') && !URL.canParse(target)) ctx.req.url = '*'
  return next()
}
