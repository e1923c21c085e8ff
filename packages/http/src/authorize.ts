import { HttpErrors } from './errors.js'
import type { Caller, Guard, Identity } from './guard.js'
import type { Route } from './route.js'
import { scopesOf } from './scopes.js'

/**
 * Tells who calls, where a route wants to know.
 *
 * @throws UNAUTHENTICATED, FORBIDDEN, SCOPE_MISSING
 */
export async function authorize(
  route: Pick<Route, 'auth' | 'method' | 'scopes'>,
  guard: Guard | undefined,
  authorization: string,
  caller: Caller,
): Promise<Identity | undefined> {
  if (route.auth === 'none') return undefined
  const identity = await guard?.identify(authorization, caller)
  if (!identity) throw HttpErrors.UNAUTHENTICATED()
  if (route.auth === 'superuser' && !identity.isSuperuser) throw HttpErrors.FORBIDDEN()
  const missing = scopesOf(route).filter((scope) => !(identity.scopes?.includes(scope) ?? true))
  if (missing.length > 0) throw HttpErrors.SCOPE_MISSING({ missing })
  return identity
}
