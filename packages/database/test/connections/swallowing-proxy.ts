import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { ExecutionContext } from 'ava'

export interface Proxy {
  /** The address of what stands behind, by way of the proxy. */
  readonly url: string
  /** While true, everything that comes is taken and goes nowhere; nobody is told. */
  swallows: boolean
}

/** A TCP proxy in front of a PostgreSQL, which can turn every connection into a half-open one. */
export async function swallowingProxy(t: ExecutionContext, target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const proxy = { url: '', swallows: false }
  const pass = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('data', (chunk) => {
      if (!proxy.swallows) to.write(chunk)
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      sockets.delete(from)
      if (!proxy.swallows) to.destroy()
    })
  }
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    pass(client, upstream)
    pass(upstream, client)
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
