import type { Middleware } from 'koa'
import { HttpErrors } from './errors.js'
import type { RequestState } from './request-id.js'

const SAFE = ['GET', 'HEAD', 'OPTIONS']

/**
 * Refuses what a page of another site sends with the visitor's cookies. Browsers say where a request comes
 * from in `Sec-Fetch-Site`, old ones in `Origin`; no page can change either. Programs send neither.
 *
 * @see https://www.w3.org/TR/fetch-metadata
 * @param allowed origins whose pages may call, such as `https://app.example.com`.
 */
export function refuseCrossSite(allowed: ReadonlySet<string>): Middleware<RequestState> {
  return (ctx, next) => {
    const site = ctx.get('Sec-Fetch-Site')
    const origin = ctx.get('Origin')
    const isOwn = origin === '' || hostOf(origin) === ctx.get('Host')
    const sameSite = site === '' ? isOwn : site === 'same-origin' || site === 'none'
    if (SAFE.includes(ctx.method) || sameSite || allowed.has(origin)) return next()
    throw HttpErrors.CROSS_SITE_REFUSED()
  }
}

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : undefined)
