import { route, type Route } from '@titanforge/http'
import type { Grants } from './contract.js'

export function entitlementRoutes(grants: Grants): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/entitlements',
      auth: 'user',
      summary: 'What the caller may do: plans, features and limits',
      handler: ({ identity }) => grants.of(identity.userId),
    }),
  ]
}
