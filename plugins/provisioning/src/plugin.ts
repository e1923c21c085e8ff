import { definePlugin, Entitlements, EventBus } from '@titanforge/core'
import { Users } from '@titanforge/auth'
import { Database } from '@titanforge/database'
import { Billing } from '@titanforge/stripe'
import { provisioningAgent } from './agent.js'
import { entitlementsChanged, Grants, workflowRequested } from './contract.js'
import { GrantedEntitlements } from './granted-entitlements.js'
import { GrantService } from './grant-service.js'
import { migrations } from './migrations/index.js'
import { entitlementRoutes } from './routes.js'

/** What a paid plan does: entitlements, which agents and tools may require. */
export const provisioning = definePlugin({
  name: 'provisioning',
  requires: { db: Database, bus: EventBus, users: Users, billing: Billing },
  provides: { grants: Grants, entitlements: Entitlements },
  events: [entitlementsChanged, workflowRequested],
  migrations,
  setup({ db }) {
    const grants = new GrantService(db)
    return {
      services: { grants, entitlements: new GrantedEntitlements(db) },
      agents: [provisioningAgent()],
      routes: entitlementRoutes(grants),
    }
  },
})
