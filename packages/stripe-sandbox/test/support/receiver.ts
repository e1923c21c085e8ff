import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waitFor } from '@titanforge/core/testing'
import type { ExecutionContext } from 'ava'
import Stripe from 'stripe'

export const SECRET = 'whsec_of_the_test'

export interface Delivered {
  event: Stripe.Event
  /** As it was sent, for fields of older versions. */
  raw: { api_version: string; data: { object: Record<string, unknown> } }
}

interface Thin {
  object: string
  id: string
  type: string
}

export interface Receiver {
  url: string
  /** The deliveries whose signature the client's own check accepts, in the order in which they came. */
  deliveries: Delivered[]
  /** Thin events, whose parser is another one. */
  thin: Thin[]
  /** Deliveries that were not signed as they should be. */
  forged: number
  /** What signs its deliveries, if not {@link SECRET}. */
  secret: string
  /** What it answers; 200 if nothing else is set. */
  status: number
  /** The deliveries, when there are this many. */
  until(count: number): Promise<Delivered[]>
}

/** An endpoint that checks and collects what it is sent. */
export async function receiver(t: ExecutionContext): Promise<Receiver> {
  const { webhooks } = new Stripe('sk_test_unused')
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      try {
        const signature = request.headers['stripe-signature'] ?? ''
        const raw = JSON.parse(body.toString()) as Delivered['raw'] & Thin
        if (raw.object === 'v2.core.event') {
          webhooks.signature?.verifyHeader(body, signature, received.secret)
          if (received.status < 300) received.thin.push(raw)
          return
        }
        const event = webhooks.constructEvent(body, signature, received.secret)
        if (received.status < 300) received.deliveries.push({ event, raw })
      } catch {
        received.forged += 1
      } finally {
        response.writeHead(received.status).end()
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => void server.close())
  const received: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    deliveries: [],
    thin: [],
    forged: 0,
    secret: SECRET,
    status: 200,
    until: (count) =>
      waitFor(() => received.deliveries.length >= count && received.deliveries, {
        what: `${count} deliveries`,
      }),
  }
  return received
}
