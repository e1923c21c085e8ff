import { CoreErrors, type Entitlements } from '@titanforge/core'
import { HttpErrors } from './errors.js'
import type { Identity } from './guard.js'
import type { Route } from './route.js'

/**
 * Refuses a route that the caller has not paid for.
 *
 * @throws NOT_ENTITLED, with where to buy it among its details; UNAUTHENTICATED where nobody in particular
 * calls.
 */
export async function entitle(
  { method, path, requires = [] }: Pick<Route, 'method' | 'path' | 'requires'>,
  entitlements: Entitlements | undefined,
  identity: Identity | undefined,
): Promise<void> {
  for (const feature of requires) {
    if (!identity) throw HttpErrors.UNAUTHENTICATED()
    const verdict = await entitlements?.check({ userId: identity.userId }, feature)
    if (verdict?.ok) continue
    const { code = 'unknown', upgradeUrl } = verdict ?? {}
    throw CoreErrors.NOT_ENTITLED(
      { what: `${method} ${path}`, feature, reason: code },
      { details: { feature, code, upgradeUrl } },
    )
  }
}
