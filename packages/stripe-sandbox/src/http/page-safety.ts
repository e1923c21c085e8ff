import type { Middleware } from 'koa'
import { StripeError } from './stripe-error.js'

/**
 * Keeps other web sites, which the developer may visit meanwhile, from doing anything on the sandbox's pages.
 * Programs send no `Sec-Fetch-Site`, and have nothing to do with it.
 */
export const pageSafety: Middleware = async (ctx, next) => {
  if (ctx.method !== 'GET' && ctx.get('sec-fetch-site') === 'cross-site')
    throw new StripeError(403, {
      type: 'invalid_request_error',
      message: 'Another web site has sent this. Do it on the page of the sandbox itself.',
    })
  ctx.set({
    'Content-Security-Policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    // Who has the portal's address is let in.
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  })
  await next()
}
