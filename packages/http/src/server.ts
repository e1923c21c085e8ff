import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Server as NetServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger, Stop } from '@titanforge/core'
import type { HttpConfig } from './config.js'
import { HttpErrors } from './errors.js'
import type { HttpServer } from './http-server.js'

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Listens, and stops without cutting off anybody who is being answered. */
export class KoaServer implements HttpServer {
  readonly #exchanges = new Map<ServerResponse, Promise<unknown>>()
  #listeningAt: string | undefined
  #draining = false

  constructor(
    private readonly config: HttpConfig,
    private readonly log: Logger,
  ) {}

  get url(): string {
    const url = this.config.publicUrl ?? this.#listeningAt
    if (url === undefined) throw HttpErrors.HTTP_NOT_SERVING()
    return url
  }

  /** @throws HTTP_PORT_IN_USE */
  async listen(handle: Handle): Promise<Stop> {
    const { host, port } = this.config
    const server = createServer((request, response) => this.#exchange(handle, request, response))
    server.listen(port, host)
    try {
      await once(server, 'listening')
    } catch (error) {
      const used = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      throw used ? HttpErrors.HTTP_PORT_IN_USE({ host, port }, { cause: error }) : error
    }
    this.#listeningAt = addressOf(server)
    this.log.info({ url: this.url, listeningAt: this.#listeningAt }, 'serving')
    return () => this.#stop(server)
  }

  #exchange(handle: Handle, request: IncomingMessage, response: ServerResponse) {
    if (this.#draining) response.setHeader('Connection', 'close')
    const sent = new Promise<void>((resolve) => response.once('close', resolve))
    const exchange = Promise.all([handle(request, response), sent])
    this.#exchanges.set(response, exchange)
    void exchange.finally(() => this.#exchanges.delete(response))
  }

  async #stop(server: Server): Promise<void> {
    this.#draining = true
    const closed = once(server, 'close')
    // Only the listening ends here: close() of an HTTP server also cuts off answers that were written but
    // are still on their way to a slow client.
    NetServer.prototype.close.call(server)
    for (const response of this.#exchanges.keys()) {
      if (!response.headersSent) response.setHeader('Connection', 'close')
    }
    const deadline = new AbortController()
    await Promise.race([
      this.#drained(),
      delay(this.config.drainMs, undefined, { signal: deadline.signal }),
    ])
    deadline.abort()
    const cutOff = this.#exchanges.size
    if (cutOff > 0) this.log.warn({ cutOff }, 'requests in flight were cut off')
    server.closeAllConnections()
    // Ends the HTTP server's own timer; it has stopped listening already.
    server.close()
    await closed
  }

  async #drained(): Promise<void> {
    while (this.#exchanges.size > 0) await Promise.all(this.#exchanges.values())
  }
}

const ANY_ADDRESS = ['0.0.0.0', '::']

function addressOf(server: Server): string {
  // A string only for pipes, which this server never listens on.
  const { address, port, family } = server.address() as AddressInfo
  if (ANY_ADDRESS.includes(address)) return `http://localhost:${port}`
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
