import { Router } from '@koa/router'
import type { Logger } from '@titanforge/core'
import Koa, { type Middleware } from 'koa'
import { adminRoutes } from '../admin/routes.js'
import { pageRoutes } from '../pages/routes.js'
import { operations } from '../routes.js'
import { operationNames } from '../spec/openapi.js'
import { eventDestinations } from '../webhooks/event-destinations.js'
import type { Deliverer } from '../webhooks/deliverer.js'
import type { World } from '../world/world.js'
import { api } from './api.js'
import { authenticate } from './authenticate.js'
import { errorAnswer } from './error-answer.js'
import { missing } from './missing.js'
import { outage } from './outage.js'
import { pageSafety } from './page-safety.js'
import { readForm } from './read-form.js'
import type { RequestState } from './request-state.js'
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
    throw missing(method, path)
  })
  return app
}

const unanswered: Middleware<RequestState> = ({ method, path }) => {
  throw missing(method, path)
}

function apiRouter(world: World, key: string): Router<RequestState> {
  // `/v1/invoices/create_preview` goes before `/v1/invoices/:id`.
  const router = new Router<RequestState>({ exclusive: 'specificity' })
  const before: Middleware<RequestState>[] = [outage(world), authenticate(key), readForm]
  const answered = new Map(operations(world).map((it) => [it.name, it]))
  // Those that are missing too: `/v1/customers/search` is no customer.
  for (const name of new Set([...answered.keys(), ...operationNames])) {
    const [method = '', path = ''] = name.split(' ')
    const operation = answered.get(name)
    const answer = operation ? api(world, operation) : unanswered
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1')
    router.register(pattern, [method.toLowerCase()], [...before, answer])
  }
  router.get('/v2/core/events/:id', ...before, thinEvent(world))
  eventDestinations(router, [outage(world), authenticate(key)], world)
  return router
}
