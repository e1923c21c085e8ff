import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ApiRequest {
  method: string
  path: string
  body: URLSearchParams
  idempotencyKey: string | undefined
}

export interface StripeStandIn {
  url: string
  /** What the API answers, by path such as `/v1/subscriptions/sub_1`; anything else is 404. */
  objects: Map<string, object>
  /** Answers that come first, before any object. */
  failures: { status: number; headers?: Record<string, string>; body?: object }[]
  requests: ApiRequest[]
  close(): Promise<void>
}

/** A Stripe API on a local port, as far as the client's protocol goes. */
export async function stripeStandIn(): Promise<StripeStandIn> {
  const standIn: Omit<StripeStandIn, 'url' | 'close'> = {
    objects: new Map(),
    failures: [],
    requests: [],
  }
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const { method = '', headers } = request
      const path = new URL(request.url ?? '', 'http://local').pathname
      const key = headers['idempotency-key']
      standIn.requests.push({
        method,
        path,
        body,
        idempotencyKey: typeof key === 'string' ? key : undefined,
      })
      answer(response, path)
    })
  })
  const answer = (response: ServerResponse, path: string) => {
    const failure = standIn.failures.shift()
    const object = standIn.objects.get(path)
    const status = failure?.status ?? (object ? 200 : 404)
    const missing = {
      error: {
        type: 'invalid_request_error',
        code: 'resource_missing',
        message: `No such object: ${path}`,
      },
    }
    const body = failure
      ? (failure.body ?? { error: { type: 'api_error', message: 'try again' } })
      : (object ?? missing)
    response.writeHead(status, {
      'content-type': 'application/json',
      'stripe-should-retry': 'false',
      ...failure?.headers,
    })
    response.end(JSON.stringify(body))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(standIn, {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  })
}

async function read(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}
