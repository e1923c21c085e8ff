import type { Logger } from '@titanforge/core'
import type { Middleware } from 'koa'
import { token } from '../world/ids.js'
import { randomBytes } from 'node:crypto'
import type { RequestState } from './request-state.js'
import { StripeError } from './stripe-error.js'

/** Names each request, and turns what is thrown into Stripe's error shape. */
export function errorAnswer(log: Logger): Middleware<RequestState> {
  return async (ctx, next) => {
    ctx.state.requestId = `req_${token(randomBytes(14), 14)}`
    ctx.set('Request-Id', ctx.state.requestId)
    try {
      await next()
    } catch (error) {
      const known = error instanceof StripeError ? error : unexpected(error, log)
      ctx.status = known.status
      // The client looks for `error` in the body, not at the status.
      ctx.body = { error: { ...known.body, ...docs(known) } }
    }
  }
}

const docs = ({ body: { code } }: StripeError) =>
  code === undefined
    ? {}
    : { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` }

function unexpected(error: unknown, log: Logger): StripeError {
  const status = (error as { status?: unknown }).status
  if (status === 413)
    return new StripeError(413, {
      type: 'invalid_request_error',
      message: 'The body is too large.',
    })
  log.error({ err: error }, 'the sandbox failed')
  return new StripeError(500, {
    type: 'api_error',
    message: 'The sandbox failed. Its log says how; please tell us.',
  })
}
