import type { Router } from '@koa/router'
import type { RequestState } from '../http/request-state.js'
import { noSuch, StripeError } from '../http/stripe-error.js'
import { page } from '../pages/page.js'
import { momentFor } from '../pages/moment-for.js'
import type { PortalSession } from '../world/kinds.js'
import type { World } from '../world/world.js'
import { act } from './act.js'
import { overview } from './overview.js'

/** The customer portal: subscriptions to cancel, resume and change, payment methods, invoices. */
export function portalPages(router: Router<RequestState>, world: World): void {
  router.get('/p/session/:token', (ctx) => {
    const session = sessionOf(world, ctx.path)
    ctx.type = 'html'
    ctx.body = world.imagine((tx) => page('Your billing', overview(tx, session)))
  })

  router.post('/p/session/:token', (ctx) => {
    world.catchUp()
    const session = sessionOf(world, ctx.path)
    try {
      world.run((tx) => act(tx, session, ctx.state.form), momentFor(world, session.customer))
      ctx.redirect(ctx.path)
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
      ctx.status = error.status
      ctx.type = 'html'
      ctx.body = world.imagine((tx) => page('Your billing', overview(tx, session, error.message)))
    }
  })
}

function sessionOf(world: World, path: string): PortalSession {
  for (const record of world.store.ofKind('billing_portal.session')) {
    const session = record as unknown as PortalSession
    if (new URL(session.url).pathname === path) return session
  }
  throw noSuch('portal session', path)
}
