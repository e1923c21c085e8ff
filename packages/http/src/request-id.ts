import { randomUUID } from 'node:crypto'
import type { Middleware } from 'koa'
import type { Identity } from './guard.js'

/** What the host keeps about a request. */
export interface RequestState {
  requestId: string
  /** Who calls, once that is known. */
  identity?: Identity | undefined
}

// Whatever else arrives could forge log lines or answers.
const SANE = /^[\w.:-]{1,100}$/

/** Gives every request an id: the caller's own, if that is sane, or a new one. Answers with it. */
export const requestId: Middleware<RequestState> = (ctx, next) => {
  const given = ctx.get('X-Request-Id')
  ctx.state.requestId = SANE.test(given) ? given : randomUUID()
  ctx.set('X-Request-Id', ctx.state.requestId)
  return next()
}
