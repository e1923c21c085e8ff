import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the outside world saw of one event. */
export interface Charged {
  calls: number
  keys: Set<string>
}

/** A stand-in for a provider such as Stripe: one effect for each idempotency key. */
export interface Provider {
  readonly url: string
  /** By event. */
  readonly charged: ReadonlyMap<string, Charged>
  close(): Promise<void>
}

export async function provider(): Promise<Provider> {
  const charged = new Map<string, Charged>()
  const server = createServer((request, response) => {
    const answer = (chunks: unknown[]) => {
      const event = Buffer.concat(chunks as Buffer[]).toString()
      const known = charged.get(event) ?? { calls: 0, keys: new Set<string>() }
      known.calls++
      known.keys.add(String(request.headers['idempotency-key']))
      charged.set(event, known)
      response.end()
    }
    // A client that is killed breaks its request off.
    request.toArray().then(answer, () => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/charges`,
    charged,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
