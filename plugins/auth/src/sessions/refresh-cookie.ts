import type { CookieOptions } from '@titanforge/http'

/**
 * The cookie that keeps a browser logged in. With the prefix, browsers take it only over HTTPS (or from
 * localhost), for this host alone and for every path, so that no other host can plant one.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3.2
 */
const NAME = '__Host-titanforge_refresh'

interface Cookies {
  cookie(name: string): string | undefined
  setCookie(name: string, value: string, options: CookieOptions): void
}

export const readRefreshCookie = (ctx: Cookies): string | undefined => ctx.cookie(NAME)

/** @param seconds how long the session lasts at most. */
export const setRefreshCookie = (ctx: Cookies, refreshToken: string, seconds: number): void =>
  ctx.setCookie(NAME, refreshToken, { sameSite: 'strict', maxAge: seconds })

export const clearRefreshCookie = (ctx: Cookies): void =>
  ctx.setCookie(NAME, '', { sameSite: 'strict', maxAge: 0 })
