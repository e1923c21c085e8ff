import type { Caller } from '@titanforge/http'

/** The program that a request comes from, as sessions and the audit log remember it. */
export interface Client extends Caller {
  readonly userAgent: string
}

/** Reads it from a route's context. */
export const clientOf = (ctx: {
  ip: string
  requestId: string
  header(name: string): string
}): Client => ({ ip: ctx.ip, requestId: ctx.requestId, userAgent: ctx.header('User-Agent') })
