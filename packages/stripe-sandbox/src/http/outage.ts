import type { Middleware } from 'koa'
import type { Settings } from '../world/hidden.js'
import type { World } from '../world/world.js'
import { StripeError } from './stripe-error.js'

/** While there is an outage, every request is answered with its status. */
export function outage(world: World): Middleware {
  return async (ctx, next) => {
    const { outage } = world.store.get('settings') as Settings
    if (!outage || outage.until <= world.now) {
      await next()
      return
    }
    if (outage.status === 429) {
      const body = { type: 'invalid_request_error', code: 'rate_limit' } as const
      throw new StripeError(429, { ...body, message: 'Too many requests hit the API too quickly.' })
    }
    ctx.set('Stripe-Should-Retry', 'true')
    throw new StripeError(outage.status, {
      type: 'api_error',
      message: 'An unknown error occurred. The sandbox was told to have an outage.',
    })
  }
}
