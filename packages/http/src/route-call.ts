import type { Logger } from '@titanforge/core'
import type { RouterContext } from '@koa/router'
import type { CookieOptions } from './cookie.js'
import type { Identity } from './guard.js'
import type { RequestState } from './request-id.js'
import type { RouteContext } from './route.js'

/** What the host has found out about a request before the handler is called. */
export interface Checked {
  params?: unknown
  query?: unknown
  body?: unknown
  identity: Identity | undefined
  raw: Buffer
}

/** A request as a route's handler sees it. Handlers take it apart, so what they call is bound. */
export class RouteCall implements RouteContext<unknown, unknown, unknown, Identity | undefined> {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly identity: Identity | undefined
  readonly raw: Buffer
  readonly ip: string
  readonly requestId: string
  readonly #log: Logger

  constructor(
    readonly koa: RouterContext<RequestState>,
    { params, query, body, identity, raw }: Checked,
    log: Logger,
  ) {
    this.params = params
    this.query = query
    this.body = body
    this.identity = identity
    this.raw = raw
    this.ip = koa.ip
    this.requestId = koa.state.requestId
    this.#log = log
  }

  readonly header = (name: string): string => this.koa.get(name)
  readonly cookie = (name: string): string | undefined => this.koa.cookies.get(name)
  readonly setHeader = (name: string, value: string): void => this.koa.set(name, value)
  readonly setCookie = (name: string, value: string, options: CookieOptions): void => {
    const { cookies } = this.koa
    // Koa would refuse a Secure cookie over plain HTTP. Behind a proxy that is how every request comes, and
    // browsers take it from localhost.
    cookies.secure = true
    cookies.set(name, value, {
      httpOnly: true,
      secure: true,
      path: '/',
      sameSite: options.sameSite,
      maxAge: options.maxAge * 1000,
      overwrite: true,
    })
  }

  /** Made when it is asked for: few handlers log anything, and it takes its time to make. */
  get log(): Logger {
    return this.#log.child({ requestId: this.requestId })
  }
}
