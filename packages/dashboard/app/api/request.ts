import { currentToken, renewToken } from './access-token'
import { ApiError } from './api-error'

export interface Asked {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  signal?: AbortSignal
  headers?: Record<string, string>
}

/**
 * Asks the server, as whoever is logged in. An access token that has run out is renewed, once.
 *
 * @throws ApiError where the server refuses; TypeError where it cannot be reached.
 */
export async function send(path: string, asked: Asked = {}): Promise<Response> {
  const token = currentToken()
  const response = await fetch(path, initOf(asked, token))
  if (response.ok) return response
  const isStale = response.status === 401 && token !== undefined
  const renewed = isStale ? await renewToken() : undefined
  const again = renewed === undefined ? response : await fetch(path, initOf(asked, renewed))
  if (again.ok) return again
  throw await errorOf(again)
}

/** The JSON that the server answers with; undefined where it has nothing to say. */
export async function request<Answer>(path: string, asked: Asked = {}): Promise<Answer> {
  const response = await send(path, asked)
  return (response.status === 204 ? undefined : await response.json()) as Answer
}

export const post = <Answer>(path: string, body: unknown = {}): Promise<Answer> =>
  request<Answer>(path, { method: 'POST', body })

function initOf({ method = 'GET', body, signal, headers }: Asked, token?: string): RequestInit {
  return {
    method,
    ...(signal && { signal }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
  }
}

interface ErrorBody {
  error?: { code: string; message: string; details?: unknown }
}

async function errorOf(response: Response): Promise<ApiError> {
  const { error } = (await response.json().catch(() => ({}))) as ErrorBody
  const { code = 'UNKNOWN', message = `The server answered ${response.status}.` } = error ?? {}
  return new ApiError(response.status, code, message, error?.details)
}
