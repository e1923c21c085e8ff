import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { FrontendMessages } from './frontend-messages.js'

interface Link {
  client: Socket
  server: Socket
  listens: boolean
  swallowing: boolean
}

/** When a connection ends: with the COMMIT just sent, or with its reply on the way. */
export type CommitMoment = 'sent' | 'committed'

/** A network between nodes and their PostgreSQL that can fail in every way a network can. */
export class TcpProxy {
  readonly #links = new Set<Link>()
  #latencyMs = 0
  #atCommit: { moment: CommitMoment; done: () => void } | undefined

  private constructor(
    private readonly listener: Server,
    private readonly target: { host: string; port: number },
  ) {
    listener.on('connection', (client) => this.#link(client))
  }

  /** @returns a proxy before the server of a database's URL. */
  static async open(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url)
    const listener = createServer({ noDelay: true }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    return new TcpProxy(listener, { host: hostname, port: Number(port) })
  }

  /** The URL of the same database, by way of the proxy. */
  before(url: string): string {
    const through = new URL(url)
    through.port = String((this.listener.address() as AddressInfo).port)
    return through.href
  }

  /** Ends every connection. New ones are let through. */
  cut(): void {
    for (const link of this.#links) this.#end(link)
  }

  /** From now on, nothing of the open connections arrives anywhere, and neither end is told. */
  halfOpen({ onlyListeners = false } = {}): number {
    const chosen = [...this.#links].filter((link) => link.listens || !onlyListeners)
    for (const link of chosen) link.swallowing = true
    return chosen.length
  }

  /** Delays everything, in each direction, by so many milliseconds. */
  slow(ms: number): void {
    this.#latencyMs = ms
  }

  /** Ends the next connection that commits, once. Resolves when that has been done. */
  endAtCommit(moment: CommitMoment): Promise<void> {
    return new Promise((done) => (this.#atCommit = { moment, done }))
  }

  async close(): Promise<void> {
    const closed = once(this.listener, 'close')
    this.listener.close()
    this.cut()
    await closed
  }

  #link(client: Socket): void {
    const server = connect({ ...this.target, noDelay: true })
    const link: Link = { client, server, listens: false, swallowing: false }
    this.#links.add(link)
    const messages = new FrontendMessages()
    let awaited: (() => void) | undefined
    client.on('data', (chunk: Buffer) => {
      if (link.swallowing) return
      const statements = messages.read(chunk)
      link.listens ||= statements.some((statement) => /^\s*LISTEN\b/i.test(statement))
      const commits = statements.some((statement) => /^\s*COMMIT\b/i.test(statement))
      if (!commits || !this.#atCommit) return void this.#pass(link, server, chunk)
      const { moment, done } = this.#atCommit
      this.#atCommit = undefined
      const end = () => {
        this.#end(link)
        done()
      }
      if (moment === 'committed') awaited = end
      server.write(chunk, () => moment === 'sent' && end())
    })
    server.on('data', (chunk: Buffer) => {
      if (link.swallowing) return
      if (awaited) awaited()
      else void this.#pass(link, client, chunk)
    })
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      // Its 'close' follows, and tells the other end.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#links.delete(link)
        if (!link.swallowing) other.destroy()
      })
    }
  }

  async #pass(link: Link, to: Socket, chunk: Buffer): Promise<void> {
    // Timers of equal length fire in order.
    if (this.#latencyMs > 0) await delay(this.#latencyMs)
    if (!link.swallowing && !to.destroyed) to.write(chunk)
  }

  // Not by resetAndDestroy: Node loses a socket for good that ends while it is being reset, and then never
  // comes to its own end.
  #end({ client, server }: Link): void {
    client.destroy()
    server.destroy()
  }
}
