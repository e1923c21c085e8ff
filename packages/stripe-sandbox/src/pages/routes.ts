import { Router } from '@koa/router'
import { authenticationPages } from './authentication-pages.js'
import { checkoutPages } from './checkout-pages.js'
import { errorPage } from './error-page.js'
import { invoicePages } from './invoice-pages.js'
import { portalPages } from '../portal/pages.js'
import type { RequestState } from '../http/request-state.js'
import type { World } from '../world/world.js'

/** The pages that Stripe hosts for people. */
export function pageRoutes(world: World): Router<RequestState> {
  const router = new Router<RequestState>()
  router.use(errorPage)
  checkoutPages(router, world)
  authenticationPages(router, world)
  invoicePages(router, world)
  portalPages(router, world)
  router.get('/', (ctx) => ctx.redirect('/_sandbox/clock'))
  return router
}
