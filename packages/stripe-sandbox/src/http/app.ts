import { Router } from '@koa/router'
import type { Logger } from '@titanforge/core'
import Koa, { type Middleware } from 'koa'
import { adminRoutes } from '../admin/routes.js'
import { pageRoutes } from '../pages/routes.js'
import { operations } from '../routes.js'
import { eventDestinations } from '../webhooks/event-destinations.js'
import type { Deliverer } from '../webhooks/deliverer.js'
import type { World } from '../world/world.js'
import { api } from './api.js'
import { authenticate } from './authenticate.js'
import { errorAnswer } from './error-answer.js'
import { outage } from './outage.js'
import { pageSafety } from './page-safety.js'
import { readForm } from './read-form.js'
import type { RequestState } from './request-state.js'
import { StripeError } from './stripe-error.js'
import { thinEvent } from './thin-event.js'

/** The sandbox as a Koa application: Stripe's API, the pages for people, and what rules the sandbox itself. */
export function createApp(world: World, deliverer: Deliverer, key: string, log: Logger): Koa {
  const app = new Koa<RequestState>()
  app.on('error', (err: Error) => log.warn({ err }, 'an answer could not be sent'))
  app.use(errorAnswer(log))
  app.use(apiRouter(world, key).routes())
  app.use(pageSafety)
  app.use(readForm)
  app.use(pageRoutes(world).routes())
  app.use(adminRoutes(world, deliverer).routes())
  app.use(({ method, path }) => {
    throw new StripeError(404, {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${method}: ${path}). The sandbox does not have everything that Stripe has.`,
    })
  })
  return app
}

function apiRouter(world: World, key: string): Router<RequestState> {
  // `/v1/invoices/create_preview` goes before `/v1/invoices/:id`.
  const router = new Router<RequestState>({ exclusive: 'specificity' })
  const before: Middleware<RequestState>[] = [outage(world), authenticate(key), readForm]
  for (const operation of operations(world)) {
    const [method = '', path = ''] = operation.name.split(' ')
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1')
    router.register(pattern, [method.toLowerCase()], [...before, api(world, operation)])
  }
  router.get('/v2/core/events/:id', ...before, thinEvent(world))
  eventDestinations(router, [outage(world), authenticate(key)], world)
  return router
}
