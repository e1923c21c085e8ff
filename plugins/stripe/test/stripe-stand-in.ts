import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ApiRequest {
  method: string
  path: string
  query: URLSearchParams
  /** The form of the first API. */
  body: URLSearchParams
  /** The body of the second API. */
  json: unknown
  idempotencyKey: string | undefined
}

export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: object
}

/** Makes what a path answers, with an `error` as of `status` or 400; undefined leaves it to the objects. */
export type Behaviour = (request: ApiRequest) => object | undefined | Promise<object | undefined>

export interface StripeStandIn {
  url: string
  /** What the API answers, by path such as `/v1/subscriptions/sub_1`; anything else is 404. */
  objects: Map<string, object>
  /** Asked in order, before the objects. */
  behaviours: Behaviour[]
  /** Answers that come first, before anything else. */
  failures: Answer[]
  requests: ApiRequest[]
  /** As Stripe does after a day. */
  forgetKeys(): void
  close(): Promise<void>
}

/**
 * A Stripe API on a local port, as far as the client's protocol goes. A POST that repeats its idempotency
 * key gets the first answer again, or 409 while that is in the making; with another body, an error.
 */
export async function stripeStandIn(): Promise<StripeStandIn> {
  const standIn: Omit<StripeStandIn, 'url' | 'close' | 'forgetKeys'> = {
    objects: new Map(),
    behaviours: [],
    failures: [],
    requests: [],
  }
  const keys = new Map<string, { body: string; answer: Answer | undefined }>()

  const answerTo = async (request: ApiRequest): Promise<Answer> => {
    const failure = standIn.failures.shift()
    if (failure) return { body: { error: { type: 'api_error', message: 'try again' } }, ...failure }
    for (const behave of standIn.behaviours) {
      const object = await behave(request)
      if (object) return 'error' in object ? errorAnswer(object) : { status: 200, body: object }
    }
    const object = standIn.objects.get(request.path)
    return object ? { status: 200, body: object } : missing(request.path)
  }

  const once = async (request: ApiRequest): Promise<Answer> => {
    const { method, path, idempotencyKey: key } = request
    if (method !== 'POST' || !key) return answerTo(request)
    const body = `${path}?${request.body.toString()}`
    const known = keys.get(key)
    if (known && known.body !== body) return refusal('idempotency_error', 400, 'another request')
    if (known) return repeated(known.answer) ?? refusal('idempotency_error', 409, 'in progress')
    const entry = { body, answer: undefined as Answer | undefined }
    keys.set(key, entry)
    entry.answer = await answerTo(request)
    if (entry.answer.status === 429) keys.delete(key)
    return entry.answer
  }

  const server = createServer((request, response) => {
    const serve = async () => {
      const asked = await readRequest(request)
      standIn.requests.push(asked)
      send(response, await once(asked))
    }
    // A client that is killed breaks its request off.
    serve().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(standIn, {
    url: `http://127.0.0.1:${port}`,
    forgetKeys: () => keys.clear(),
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  })
}

const errorAnswer = ({ status = 400, ...body }: { status?: number; error: unknown }): Answer => ({
  status,
  body,
})

const refusal = (type: string, status: number, message: string, code?: string): Answer => ({
  status,
  body: { error: { type, code, message } },
})

const repeated = (answer: Answer | undefined): Answer | undefined =>
  answer && { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } }

const missing = (path: string) =>
  refusal('invalid_request_error', 404, `No such object: ${path}`, 'resource_missing')

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

async function readRequest(request: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://local')
  const key = request.headers['idempotency-key']
  const text = Buffer.concat(chunks).toString()
  return {
    method: request.method ?? '',
    path: pathname,
    query: searchParams,
    body: new URLSearchParams(text),
    json: text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined,
    idempotencyKey: typeof key === 'string' ? key : undefined,
  }
}
