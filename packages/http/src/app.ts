import type { Logger } from '@titanforge/core'
import { Router, type RouterContext } from '@koa/router'
import Koa, { type Middleware } from 'koa'
import helmet from 'koa-helmet'
import { endpoint } from './endpoint.js'
import { errorAnswer } from './error-answer.js'
import { HttpErrors } from './errors.js'
import type { Guard } from './guard.js'
import { requestId, type RequestState } from './request-id.js'
import { requestLog } from './request-log.js'
import type { Route } from './route.js'

/** Makes the Koa application that serves these routes. */
export function createApp(routes: readonly Route[], guard: Guard | undefined, log: Logger) {
  const app = new Koa<RequestState>()
  // Reached only when an answer cannot be sent any more, as when the client has gone.
  app.on('error', (err: Error) => log.warn({ err }, 'an answer could not be sent'))
  app.use(requestId)
  app.use(requestLog(log))
  app.use(errorAnswer(log))
  app.use(helmet())
  app.use(neverStored)
  app.use(routerOf(routes, guard, log).routes())
  app.use(refuseUnknown)
  return app
}

function routerOf(routes: readonly Route[], guard: Guard | undefined, log: Logger) {
  // `/users/me` goes before `/users/:id`, whichever plugin comes first.
  const router = new Router<RequestState>({ exclusive: 'specificity' })
  for (const route of routes)
    router.register(route.path, [route.method], endpoint(route, guard, log))
  return router
}

/** Answers are about the one who asks; a route that knows better says so in its headers. */
const neverStored: Middleware<RequestState> = (ctx, next) => {
  ctx.set('Cache-Control', 'no-store')
  return next()
}

const refuseUnknown = (ctx: RouterContext<RequestState>) => {
  const { method, path } = ctx
  const allowed = ctx.matched?.flatMap((layer) => layer.methods) ?? []
  if (allowed.length === 0) throw HttpErrors.ROUTE_NOT_FOUND({ method, path })
  ctx.set('Allow', allowed.join(', '))
  throw HttpErrors.METHOD_NOT_ALLOWED({ method, path, allowed })
}
