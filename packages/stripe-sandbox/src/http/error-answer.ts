import type { Logger } from '@titanforge/core'
import type { Middleware } from 'koa'
import { token } from '../world/ids.js'
import { randomBytes } from 'node:crypto'
import type { RequestState } from './request-state.js'
import { errorBody, sandboxFailed, StripeError } from './stripe-error.js'

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
      ctx.body = errorBody(known)
    }
  }
}

function unexpected(error: unknown, log: Logger): StripeError {
  const status = (error as { status?: unknown }).status
  if (status === 413)
    return new StripeError(413, {
      type: 'invalid_request_error',
      message: 'The body is too large.',
    })
  log.error({ err: error }, 'the sandbox failed')
  return sandboxFailed()
}
