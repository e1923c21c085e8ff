import { isIP } from 'node:net'
import type { Middleware } from 'koa'
import proxyAddr from 'proxy-addr'
import type { RequestState } from './request-id.js'

/**
 * Makes `ctx.ip` the client's address. `X-Forwarded-For` is believed only as far as trusted proxies wrote
 * it; anybody else can write anything there.
 *
 * @param trusted addresses, networks such as `10.0.0.0/8`, or `loopback`, `linklocal`, `uniquelocal`.
 */
export function clientAddress(trusted: readonly string[]): Middleware<RequestState> {
  const trust = proxyAddr.compile([...trusted])
  return (ctx, next) => {
    const told = plain(proxyAddr(ctx.req, trust))
    // Whatever a proxy passes on that is no address would be kept and logged as one.
    ctx.request.ip = isIP(told) ? told : plain(ctx.req.socket.remoteAddress)
    return next()
  }
}

/** An IPv4 address that came over IPv6 is the same address. */
const plain = (address: string | undefined) => (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
