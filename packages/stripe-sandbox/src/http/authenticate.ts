import type { Middleware } from 'koa'
import { API_VERSION } from '../spec/openapi.js'
import type { RequestState } from './request-state.js'
import { invalidRequest, StripeError } from './stripe-error.js'

const KNOWN_VERSION = /^\d{4}-\d\d-\d\d(\.[a-z]+)?$/

/** Lets in who has the sandbox's key, as a bearer token or as the name of basic authentication. */
export function authenticate(key: string): Middleware<RequestState> {
  return async (ctx, next) => {
    const given = keyOf(ctx.get('authorization'))
    if (given === undefined)
      throw unauthorized(
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
      )
    if (given !== key) throw unauthorized(`Invalid API Key provided: ${masked(given)}`)
    const version = ctx.get('stripe-version') || API_VERSION
    if (!KNOWN_VERSION.test(version))
      throw invalidRequest(
        `Invalid Stripe API version: ${version}`,
        undefined,
        'invalid_api_version',
      )
    ctx.state.version = version
    ctx.set('Stripe-Version', version)
    await next()
  }
}

function keyOf(header: string): string | undefined {
  const [scheme = '', value = ''] = header.split(' ')
  if (scheme.toLowerCase() === 'bearer' && value) return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  return Buffer.from(value, 'base64').toString().split(':')[0] || undefined
}

const masked = (key: string) => `${key.slice(0, 8)}${'*'.repeat(8)}${key.slice(-4)}`

const unauthorized = (message: string) =>
  new StripeError(401, { type: 'invalid_request_error', message })
