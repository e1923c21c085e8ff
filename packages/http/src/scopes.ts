import type { Route } from './route.js'

/** For routes that only a person may call, who is logged in: no API key can hold this scope. */
export const SESSION_SCOPE = 'session'

/**
 * What an API key must hold to call a route: what the route says, otherwise `admin` for superusers' routes,
 * `read` for what only reads, and `write`.
 */
export function scopesOf({
  auth,
  method,
  scopes,
}: Pick<Route, 'auth' | 'method' | 'scopes'>): readonly string[] {
  if (scopes) return scopes
  if (auth === 'superuser') return ['admin']
  return [method === 'GET' ? 'read' : 'write']
}
