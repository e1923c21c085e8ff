import { route, type Route } from '@titanforge/http'
import type { Entitlements } from './contract.js'

export function entitlementRoutes(entitlements: Entitlements): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/entitlements',
      auth: 'user',
      summary: 'What the caller may do: plans, features and limits',
      handler: ({ identity }) => entitlements.of(identity.userId),
    }),
  ]
}
