import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { ExecutionContext } from 'ava'

/** What somebody asks the outside to do. */
export interface Asked {
  what: string
  key: string
  customer: string
  /** The process that asks. */
  pid: number
}

/** Where a request is when a test looks at it. */
export type Moment = 'received' | 'applied' | 'answered'

/**
 * The world outside: an HTTP server that does what it is asked, once for each Idempotency-Key, and answers
 * the same to whoever asks again. `GET` with a key tells what was done under it.
 */
export async function outside(t: Pick<ExecutionContext, 'teardown'>) {
  const asked: Asked[] = []
  const effects: Asked[] = []
  const atOnce = new Map<string, number>()
  const mostAtOnce = new Map<string, number>()
  const looks: ((moment: Moment, asked: Asked) => Promise<void> | void)[] = []
  const look = async (moment: Moment, one: Asked) => {
    for (const each of looks) await each(moment, one)
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    if (request.method === 'GET') {
      const key = String(request.headers['idempotency-key'])
      const effect = effects.find((one) => one.key === key)
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify(effect ? { done: effect.what } : {}))
      return
    }
    const { what, customer = '', pid = 0 } = (await json(request)) as Partial<Asked>
    const one = { what: what ?? '', customer, pid, key: String(request.headers['idempotency-key']) }
    asked.push(one)
    const now = (atOnce.get(customer) ?? 0) + 1
    atOnce.set(customer, now)
    mostAtOnce.set(customer, Math.max(now, mostAtOnce.get(customer) ?? 0))
    response.once('close', () => atOnce.set(customer, (atOnce.get(customer) ?? 1) - 1))
    await look('received', one)
    if (!effects.some(({ key }) => key === one.key)) effects.push(one)
    await look('applied', one)
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ done: one.what }))
    await look('answered', one)
  }

  const server = createServer((request, response) => {
    // A client that was killed has gone.
    serve(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Every request, in order. */
    asked,
    /** What was really done, in order. */
    effects,
    done: () => effects.map(({ what }) => what),
    /** How many requests each customer has under way. */
    atOnce,
    /** The most requests that each customer had under way at once. */
    mostAtOnce,
    /** Is told of each request as it goes; what it waits for, the request waits for. */
    look: (each: (moment: Moment, asked: Asked) => Promise<void> | void) => void looks.push(each),
  }
}
