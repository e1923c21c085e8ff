import { definePlugin, EventBus } from '@titanforge/core'
import { Users } from '@titanforge/auth'
import { Database } from '@titanforge/database'
import { Billing } from '@titanforge/stripe'
import { provisioningAgent } from './agent.js'
import { Entitlements, entitlementsChanged } from './contract.js'
import { EntitlementService } from './entitlement-service.js'
import { migrations } from './migrations/index.js'
import { entitlementRoutes } from './routes.js'

/** What a paid plan does: entitlements. */
export const provisioning = definePlugin({
  name: 'provisioning',
  requires: { db: Database, bus: EventBus, users: Users, billing: Billing },
  provides: { entitlements: Entitlements },
  events: [entitlementsChanged],
  migrations,
  setup({ db }) {
    const entitlements = new EntitlementService(db)
    return {
      services: { entitlements },
      agents: [provisioningAgent()],
      routes: entitlementRoutes(entitlements),
    }
  },
})
