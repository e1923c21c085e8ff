import type { RouterContext } from '@koa/router'
import type { World } from '../world/world.js'
import type { RequestState } from './request-state.js'
import { noSuch } from './stripe-error.js'

/** Answers what a thin event says. Of the second API there is no description to ask. */
export const thinEvent =
  (world: World) =>
  (ctx: RouterContext<RequestState>): void => {
    const id = String(ctx.params.id)
    const event = world.store.get(id)
    if (event?.object !== 'v2.core.event') throw noSuch('event', id)
    ctx.body = event
  }
