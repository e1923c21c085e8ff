import { HttpErrors } from './errors.js'
import type { Guard, Identity } from './guard.js'
import type { Access } from './route.js'

/**
 * Tells who calls, where a route wants to know.
 *
 * @throws UNAUTHENTICATED, FORBIDDEN
 */
export async function authorize(
  access: Access,
  guard: Guard | undefined,
  authorization: string,
): Promise<Identity | undefined> {
  if (access === 'none') return undefined
  const identity = await guard?.identify(authorization)
  if (!identity) throw HttpErrors.UNAUTHENTICATED()
  if (access === 'superuser' && !identity.isSuperuser) throw HttpErrors.FORBIDDEN()
  return identity
}
