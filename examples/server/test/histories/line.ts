import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { freePort } from '@titanforge/core/testing'

/** The line between the server's processes and Stripe, on which changes of subscriptions can stay. */
export interface Line {
  url: string
  /** The port at which Stripe listens. */
  to: number
  /** What was asked of Stripe, such as `GET /v1/invoices`. */
  asked: string[]
  /** From now on changes of subscriptions stay on the line. Who waits for the answer is cut off, or goes on waiting. */
  disturb(waiting: 'is cut off' | 'goes on'): Disturbance
  close(): Promise<void>
}

export interface Disturbance {
  /** Resolves when a change is on the line. */
  sent: Promise<void>
  /** What is sent from now on reaches Stripe. */
  end(): void
  /** The first change reaches Stripe after all; its answer is for nobody. */
  arrives(): Promise<void>
}

interface Sent {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
}

export async function openLine(): Promise<Line> {
  const to = await freePort()
  const reach = ({ method, path, headers, body }: Sent) =>
    fetch(`http://127.0.0.1:${to}${path}`, {
      method,
      headers,
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    })
  const asked: string[] = []
  let keep: ((sent: Sent, response: ServerResponse) => void) | undefined

  const server = createServer((request, response) => {
    const serve = async () => {
      const sent = await read(request)
      asked.push(`${sent.method} ${sent.path.replace(/\?.*/, '')}`)
      const isChange = sent.method !== 'GET' && sent.path.startsWith('/v1/subscriptions/')
      if (keep && isChange) keep(sent, response)
      else await answer(response, await reach(sent))
    }
    // Either end may be gone: a process that was killed, or a Stripe between two histories.
    serve().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    to,
    asked,
    disturb(waiting) {
      const first = Promise.withResolvers<Sent>()
      keep = (sent, response) => {
        first.resolve(sent)
        if (waiting === 'is cut off') response.destroy()
      }
      return {
        sent: first.promise.then(() => {}),
        end: () => (keep = undefined),
        async arrives() {
          await (await reach(await first.promise)).arrayBuffer()
        },
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Those that are of one connection only. */
const OWN = ['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']

async function read(request: IncomingMessage): Promise<Sent> {
  const { method = '', url: path = '', headers } = request
  const passed = Object.entries(headers).filter(([name]) => !OWN.includes(name))
  return {
    method,
    path,
    headers: Object.fromEntries(passed) as Record<string, string>,
    body: await buffer(request),
  }
}

async function answer(response: ServerResponse, { status, headers, body }: Response) {
  const passed = [...headers].filter(([name]) => !OWN.includes(name))
  response.writeHead(status, Object.fromEntries(passed))
  response.end(body ? await buffer(body) : undefined)
}
