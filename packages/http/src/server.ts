import { once } from 'node:events'
import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http'
import { Server as NetServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger, Stop } from '@titanforge/core'
import type { HttpConfig } from './config.js'
import { HttpErrors } from './errors.js'
import type { HttpServer } from './http-server.js'

// Longer than proxies keep an idle connection, so that none sends a request into one that ends just then.
// https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
const KEEP_ALIVE_MS = 65_000

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Listens, and stops without cutting off anybody who is being answered. */
export class KoaServer implements HttpServer {
  #listeningAt: string | undefined
  /**
   * Requests that are being answered. Only counted: what a set has let go of stays reachable from the tables
   * that it has outgrown, and so would live on until the next full garbage collection.
   */
  #underWay = 0
  #isDraining = false
  #onIdle: (() => void) | undefined

  constructor(
    private readonly config: HttpConfig,
    private readonly log: Logger,
  ) {}

  get url(): string {
    const url = this.config.publicUrl ?? this.#listeningAt
    if (url === undefined) throw HttpErrors.HTTP_NOT_SERVING()
    return url
  }

  /** @throws HTTP_PORT_IN_USE, HTTP_ADDRESS_INVALID */
  async listen(handle: Handle): Promise<Stop> {
    const { host, port } = this.config
    const options = {
      keepAliveTimeout: KEEP_ALIVE_MS,
      ServerResponse: lastWhere(() => this.#isDraining),
    }
    const server = createServer(options, (request, response) => {
      void this.#exchange(handle, request, response)
    })
    server.listen(port, host)
    try {
      await once(server, 'listening')
    } catch (error) {
      throw refusal(error, host, port)
    }
    this.#listeningAt = addressOf(server)
    this.log.info({ url: this.url, listeningAt: this.#listeningAt }, 'serving')
    return () => this.#stop(server)
  }

  async #exchange(handle: Handle, request: IncomingMessage, response: ServerResponse) {
    this.#underWay++
    const sent = new Promise<void>((resolve) => response.once('close', resolve))
    try {
      await handle(request, response)
      await sent
    } finally {
      this.#underWay--
      if (this.#underWay === 0) this.#onIdle?.()
    }
  }

  async #stop(server: Server): Promise<void> {
    this.#isDraining = true
    const closed = once(server, 'close')
    // Only the listening ends here: close() of an HTTP server also cuts off answers that were written but
    // are still on their way to a slow client.
    NetServer.prototype.close.call(server)
    const deadline = new AbortController()
    await Promise.race([
      this.#drained(),
      delay(this.config.drainMs, undefined, { signal: deadline.signal }),
    ])
    deadline.abort()
    const cutOff = this.#underWay
    if (cutOff > 0) this.log.warn({ cutOff }, 'requests in flight were cut off')
    server.closeAllConnections()
    // Ends the HTTP server's own timer; it has stopped listening already.
    server.close()
    await closed
  }

  async #drained(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
  }
}

/** Answers that tell the client, where this is so when they begin, that they are their connection's last. */
const lastWhere = (isLast: () => boolean) =>
  class extends ServerResponse {
    override writeHead(status: number, ...rest: unknown[]): this {
      if (isLast()) this.setHeader('Connection', 'close')
      return super.writeHead(status, ...(rest as []))
    }
  }

/** Why nobody can listen there, with what to do. */
function refusal(cause: unknown, host: string, port: number): unknown {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (reason === 'EADDRINUSE') return HttpErrors.HTTP_PORT_IN_USE({ host, port }, { cause })
  if (['EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND', 'EAI_AGAIN'].includes(reason))
    return HttpErrors.HTTP_ADDRESS_INVALID({ host, port, reason }, { cause })
  return cause
}

const ANY_ADDRESS = ['0.0.0.0', '::']

function addressOf(server: Server): string {
  // A string only for pipes, which this server never listens on.
  const { address, port, family } = server.address() as AddressInfo
  if (ANY_ADDRESS.includes(address)) return `http://localhost:${port}`
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
