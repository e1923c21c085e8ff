import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { ExecutionContext } from 'ava'

export interface Proxy {
  /** The address of what stands behind, by way of the proxy. */
  readonly url: string
  /** While true, everything that comes is taken and goes nowhere; nobody is told. */
  swallows: boolean
  /** Changes what the server says. */
  reword: (answer: Buffer) => Buffer
}

/** A TCP proxy in front of a PostgreSQL, which can turn every connection into a half-open one. */
export async function swallowingProxy(t: ExecutionContext, target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const proxy: Proxy & { url: string } = { url: '', swallows: false, reword: (answer) => answer }
  const pass = (from: Socket, to: Socket, wording: (chunk: Buffer) => Buffer) => {
    sockets.add(from)
    const unlessSwallowing = (act: () => void) => () => {
      if (!proxy.swallows) act()
    }
    from.on('data', (chunk) => unlessSwallowing(() => to.write(wording(chunk)))())
    from.on(
      'end',
      unlessSwallowing(() => to.end()),
    )
    from.on(
      'close',
      unlessSwallowing(() => to.destroy()),
    )
    from.on('error', () => to.destroy())
  }
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    pass(client, upstream, (question) => question)
    pass(upstream, client, (answer) => proxy.reword(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  proxy.url = url.href
  return proxy
}
