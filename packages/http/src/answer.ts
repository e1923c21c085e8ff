import type { Context } from 'koa'
import { isReply } from './route.js'

/** Puts what a handler returned into the response. */
export function answer(ctx: Context, result: unknown): void {
  const { status, body, headers } = isReply(result)
    ? result
    : { status: result === undefined ? 204 : 200, body: result }
  const asItIs = namesItsType(headers)
  // Here rather than in Koa, so that a value which JSON cannot hold is an error like any other.
  const content: unknown = asItIs ? body : JSON.stringify(body)
  if (headers) ctx.set(headers)
  if (content !== undefined && !asItIs) ctx.type = 'json'
  ctx.body = content ?? null
  // Koa makes an empty body a 204, so the status comes last.
  ctx.status = status
}

const namesItsType = (headers: Record<string, string> = {}) =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
