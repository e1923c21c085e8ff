import { Readable } from 'node:stream'
import type { Logger } from '@titanforge/core'
import cors from '@koa/cors'
import { Router, type RouterContext } from '@koa/router'
import Koa, { type Middleware } from 'koa'
import helmet from 'koa-helmet'
import { answer } from './answer.js'
import { clientAddress } from './client-address.js'
import type { HttpConfig } from './config.js'
import { endpoint, type Ports } from './endpoint.js'
import { errorAnswer } from './error-answer.js'
import { HttpErrors } from './errors.js'
import { hasHomePage, missingPage, wantsPage } from './pages/missing-page.js'
import { refuseCrossSite } from './refuse-cross-site.js'
import { requestId, type RequestState } from './request-id.js'
import { observeRequests, type RequestObserver } from './request-observer.js'
import type { Route } from './route.js'
import { saneTarget } from './sane-target.js'

/** Makes the Koa application that serves these routes. */
export function createApp(
  routes: readonly Route[],
  ports: Ports,
  config: HttpConfig,
  log: Logger,
  observers: readonly RequestObserver[] = [],
) {
  const app = new Koa<RequestState>()
  const told = new WeakSet<Koa.Context>()
  // Reached only when an answer cannot be sent any more, as when the client has gone.
  app.on('error', (err: Error, ctx: Koa.Context) => {
    // Of a stream Koa tells twice: that it ended, and that the connection did.
    if (told.has(ctx)) return
    told.add(ctx)
    // Whoever breaks a request off waits for no answer, and a stream ends when its reader leaves the page.
    if (!ctx.req.complete || hasLeft(ctx))
      log.debug({ reason: err.message }, 'a request was broken off')
    else log.warn({ err }, 'an answer could not be sent')
  })
  app.use(saneTarget)
  app.use(clientAddress(config.trustedProxies))
  app.use(requestId)
  app.use(observeRequests(observers, log))
  app.use(errorAnswer(log))
  app.use(answersOfData)
  const forPrograms = routes.filter(isForPrograms)
  app.use(routerOf(forPrograms, ports, log).routes())
  app.use(securityHeaders(config))
  app.use(sharedWith(config.corsOrigins))
  app.use(refuseCrossSite(ownOrigins(config)))
  const forAnybody = routes.filter((route) => !isForPrograms(route))
  app.use(routerOf(forAnybody, ports, log).routes())
  app.use(refuseUnknown(hasHomePage(routes)))
  return app
}

/**
 * Whether the connection ended before its answer did: without an error, or with one of the network's. Where the
 * answer's own stream fails, be it with such an error from elsewhere, Node.js ends the connection with that.
 */
function hasLeft({ req: { socket }, body }: Koa.Context): boolean {
  const { destroyed, errored } = socket
  if (!errored) return destroyed
  return 'syscall' in errored && !(body instanceof Readable && body.errored === errored)
}

function routerOf(routes: readonly Route[], ports: Ports, log: Logger) {
  // `/users/me` goes before `/users/:id`, whichever plugin comes first.
  const router = new Router<RequestState>({ exclusive: 'specificity' })
  for (const route of routes)
    router.register(route.path, [route.method], endpoint(route, ports, log))
  return router
}

/** Helmet's, except that a server which is reached over plain HTTP does not ask for HTTPS. */
const securityHeaders = ({ publicUrl }: HttpConfig) =>
  helmet({
    contentSecurityPolicy: {
      directives: { upgradeInsecureRequests: publicUrl?.startsWith('https:') ? [] : null },
    },
  })

const ownOrigins = ({ publicUrl, corsOrigins }: HttpConfig) =>
  new Set([...corsOrigins, ...(publicUrl ? [new URL(publicUrl).origin] : [])])

const READABLE_HEADERS = [
  'X-Request-Id',
  'Retry-After',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Idempotent-Replayed',
]

/** Lets pages of the listed origins read answers; an origin is never echoed because it asked. */
const sharedWith = (origins: readonly string[]) =>
  cors({
    origin: ({ request }) => origins.find((origin) => origin === request.get('Origin')) ?? '',
    credentials: true,
    exposeHeaders: READABLE_HEADERS,
    maxAge: 600,
  })

const isForPrograms = ({ callers }: Route) => callers === 'programs'

/**
 * Answers are about the one who asks, and are what they say they are; a route that knows better says so in
 * its headers.
 */
const answersOfData: Middleware<RequestState> = (ctx, next) => {
  ctx.set('Cache-Control', 'no-store')
  ctx.set('X-Content-Type-Options', 'nosniff')
  return next()
}

const refuseUnknown = (hasPages: boolean) => (ctx: RouterContext<RequestState>) => {
  const { method, path } = ctx
  const allowed = [...new Set(ctx.matched?.flatMap((layer) => layer.methods))]
  if (allowed.length > 0) {
    ctx.set('Allow', allowed.join(', '))
    throw HttpErrors.METHOD_NOT_ALLOWED({ method, path, allowed })
  }
  ctx.vary('Accept')
  if (!hasPages || !wantsPage(ctx)) throw HttpErrors.ROUTE_NOT_FOUND({ method, path })
  answer(ctx, missingPage())
}
