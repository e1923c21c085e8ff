import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf, type EventBus } from '@titanforge/core'
import type { Publisher } from './publisher.js'
import type { PublishRequest } from './settings.js'

export interface ControlServer {
  port: number
  close(): Promise<void>
}

/** How the suite talks to a node: as a sender of webhooks and as an operator. */
export async function controlServer(bus: EventBus, publisher: Publisher): Promise<ControlServer> {
  const calls: Record<string, (body: unknown) => unknown> = {
    publish: (body) => publisher.publish(body as PublishRequest),
    hooks: () => publisher.hooks(),
    letters: () => bus.deadLetters.list({ limit: 10_000 }),
    redrive: (consumer) => bus.deadLetters.redrive({ consumer: consumer as string }),
    memory: () => process.memoryUsage().rss,
  }
  const server = createServer((request, response) => {
    // A sender that keeps its connection would keep a node from stopping.
    response.setHeader('connection', 'close')
    const call = calls[request.url?.slice(1) ?? '']
    if (call) void answer(request, response, call)
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  call: (body: unknown) => unknown,
): Promise<void> {
  try {
    const chunks = (await request.toArray()) as Buffer[]
    const result = await call(JSON.parse(Buffer.concat(chunks).toString() || 'null'))
    response.writeHead(200).end(JSON.stringify(result))
  } catch (error) {
    response.writeHead(500).end(JSON.stringify({ error: messageOf(error) }))
  }
}
