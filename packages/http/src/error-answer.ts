import { ForgeError, type Logger } from '@titanforge/core'
import type { Middleware } from 'koa'
import { HttpErrors } from './errors.js'
import type { RequestState } from './request-id.js'

/** What leaves the server for an error. */
export interface ErrorAnswer {
  error: {
    /** UPPER_SNAKE, stable. */
    code: string
    message: string
    requestId: string
    details?: unknown
  }
}

/** Answers every error in one shape. Errors of ours are logged with their stack, which never leaves. */
export function errorAnswer(log: Logger): Middleware<RequestState> {
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const { method, path } = ctx
      const { requestId } = ctx.state
      const { status, code, message, details } = publicErrorOf(error)
      if (status >= 500) log.error({ err: error, method, path, requestId }, 'a request failed')
      ctx.status = status
      // RFC 9110, section 11.6.1: an answer of status 401 names the scheme.
      if (status === 401) ctx.set('WWW-Authenticate', 'Bearer')
      const wait = retryAfterOf(details)
      if (wait !== undefined) ctx.set('Retry-After', String(wait))
      ctx.body = { error: { code, message, requestId, details } } satisfies ErrorAnswer
    }
  }
}

/** Errors that pass by themselves say when, in seconds, as `details.retryAfterSeconds`. */
const retryAfterOf = (details: unknown) =>
  (details as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds

/** The error itself where somebody gave it a status of its own; otherwise it is nobody's business. */
const publicErrorOf = (error: unknown) =>
  error instanceof ForgeError && error.status !== 500 ? error : HttpErrors.INTERNAL_ERROR()
