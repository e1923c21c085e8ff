import type { Logger, Schema } from '@titanforge/core'
import type { Context } from 'koa'
import type { CookieOptions } from './cookie.js'
import type { Identity } from './guard.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Who may call a route. */
export type Access = 'none' | 'user' | 'superuser'

/** What a handler is given. */
export interface RouteContext<Params, Query, Body, Who> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Who calls; undefined only where the route's access is `none`. */
  readonly identity: Who
  /** The raw bytes of the body, where the route asks for them. */
  readonly raw: Buffer
  /** A request header, by any spelling of its name; empty if it was not sent. */
  header(name: string): string
  /** A cookie of the request; undefined if it was not sent. */
  cookie(name: string): string | undefined
  setCookie(name: string, value: string, options: CookieOptions): void
  /** A header of the answer, be it a success or an error. */
  setHeader(name: string, value: string): void
  /** The client's address, as far as it can be believed. */
  readonly ip: string
  readonly requestId: string
  readonly log: Logger
  /** Koa's own context, for middleware that is made for it, such as Passport's. */
  readonly koa: Context
}

/** What a handler answers with, where a plain value (200, JSON) does not say enough. */
export interface Reply {
  status: number
  /** Leaves as JSON; where `headers` has a `Content-Type`, a string, Buffer or stream that leaves as it is. */
  body?: unknown
  headers?: Record<string, string>
}
const REPLY = Symbol.for('titanforge.http.reply')

/** Answers with a status of its own. */
export function reply(status: number, body?: unknown, headers: Record<string, string> = {}): Reply {
  return Object.assign({ status, body, headers }, { [REPLY]: true })
}

export function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && REPLY in value
}

/** A route, as plugins contribute it. */
export interface Route {
  readonly method: Method
  /** With parameters as `:name`. */
  readonly path: string
  readonly auth: Access
  /**
   * What an API key must hold to call it: `admin`, `read` or `write`, by access and method, if left out.
   */
  readonly scopes?: readonly string[]
  readonly summary: string
  /** The features that the caller must have paid for; none if left out. */
  readonly requires?: readonly string[]
  readonly params?: Schema
  readonly query?: Schema
  readonly body?: Schema
  readonly response?: Schema
  /** The media type of an answer that is no JSON, such as `image/svg+xml`, for the API's documentation. */
  readonly produces?: string
  /** Leaves the body unparsed, as raw bytes, and refuses more than this many. */
  readonly rawLimitBytes?: number
  /**
   * `programs` where no browser has any business, as with webhooks that are proven by a signature: what
   * browsers would have to be told, of other origins and of content, is left out.
   */
  readonly callers?: 'programs'
  handler(ctx: RouteContext<unknown, unknown, unknown, Identity | undefined>): unknown
}

type Output<S> = S extends Schema<infer Value> ? Value : undefined

export interface RouteDefinition<Auth extends Access, Params, Query, Body> {
  method: Method
  path: string
  auth: Auth
  /** What an API key must hold to call it: `admin`, `read` or `write`, by access and method, if left out. */
  scopes?: readonly string[]
  /** One line for the API's documentation. */
  summary: string
  /** The features that the caller must have paid for; none if left out. */
  requires?: readonly string[]
  params?: Params
  query?: Query
  body?: Body
  response?: Schema
  /** The media type of an answer that is no JSON, such as `image/svg+xml`, for the API's documentation. */
  produces?: string
  rawLimitBytes?: number
  /** Leaves out what is for browsers, where only programs call. */
  callers?: 'programs'
  handler(
    ctx: RouteContext<
      Output<Params>,
      Output<Query>,
      Output<Body>,
      Auth extends 'none' ? undefined : Identity
    >,
  ): unknown
}

/**
 * Declares a route. The schemas check what comes in (422 with the path of each error); a plain value that
 * the handler returns leaves as JSON with status 200, undefined as 204.
 *
 * @example
 * route({
 *   method: 'GET', path: '/api/forecasts/:city', auth: 'user', summary: 'The forecast of a city',
 *   params: z.object({ city: z.string() }),
 *   handler: ({ params }) => forecastOf(params.city),
 * })
 */
export function route<
  Auth extends Access,
  Params extends Schema | undefined = undefined,
  Query extends Schema | undefined = undefined,
  Body extends Schema | undefined = undefined,
>(definition: RouteDefinition<Auth, Params, Query, Body>): Route {
  // The host hands the handler what the schemas produced, so the types hold.
  return Object.freeze(definition)
}

declare module '@titanforge/core' {
  interface Contributions {
    routes?: readonly Route[]
  }
}
