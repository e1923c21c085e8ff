import type { Middleware } from 'koa'
import qs from 'qs'
import getRawBody from 'raw-body'
import type { RequestState } from './request-state.js'
import { invalidRequest } from './stripe-error.js'

const LIMIT = 1024 * 1024
const OPTIONS = { depth: 20, arrayLimit: 1000, parameterLimit: 20_000 }

/** Reads the query and the form-encoded body, `items[0][price]=…` and all, into `state.form`. */
export const readForm: Middleware<RequestState> = async (ctx, next) => {
  const body = await getRawBody(ctx.req, { limit: LIMIT, encoding: 'utf8' })
  if (body !== '' && ctx.is('application/json') === 'application/json')
    throw invalidRequest(
      'Request bodies of this API are form-encoded: send application/x-www-form-urlencoded.',
    )
  ctx.state.form = { ...qs.parse(ctx.querystring, OPTIONS), ...qs.parse(body, OPTIONS) }
  await next()
}
