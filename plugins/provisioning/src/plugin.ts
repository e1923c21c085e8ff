import { Admission, definePlugin, Entitlements, EventBus, Ledger } from '@titanforge/core'
import { AuditLog, Users } from '@titanforge/auth'
import { Database } from '@titanforge/database'
import { cron } from '@titanforge/events'
import { Quota } from '@titanforge/http'
import { Billing } from '@titanforge/stripe'
import { SlotQueue } from './admission/slot-queue.js'
import { provisioningAgent } from './agent.js'
import { provisioningCommands } from './commands.js'
import { config } from './config.js'
import {
  entitlementsChanged,
  Grants,
  purchaseWithdrawn,
  unknownPriceFound,
  workflowRequested,
} from './contract.js'
import { GrantService } from './entitlements/grant-service.js'
import { Overrides } from './entitlements/overrides.js'
import { BudgetLedger } from './ledger/budget-ledger.js'
import { providers } from './ledger/providers.js'
import { UsageBook } from './ledger/usage-book.js'
import { migrations } from './migrations/index.js'
import { purge } from './purge.js'
import { entitlementRoutes } from './routes/entitlements.js'
import { overrideRoutes } from './routes/overrides.js'
import { ApiQuota } from './usage/api-quota.js'

/** What a paid plan does: features, limits, slots for runs, and budgets, derived and enforced. */
export const provisioning = definePlugin({
  name: 'provisioning',
  config,
  requires: { db: Database, bus: EventBus, users: Users, audit: AuditLog, billing: Billing },
  provides: {
    grants: Grants,
    entitlements: Entitlements,
    admission: Admission,
    ledger: Ledger,
    quota: Quota,
  },
  events: [entitlementsChanged, unknownPriceFound, workflowRequested, purchaseWithdrawn],
  migrations,
  setup({ config, db, bus, users, audit, billing, forge, log }) {
    const grants = new GrantService(db, config)
    const overrides = new Overrides(db, bus, audit)
    const admission = new SlotQueue({ db, grants, config, log })
    const usage = new UsageBook({ billing, config, providerOf: providers(forge) })
    return {
      services: {
        grants,
        entitlements: grants,
        admission,
        ledger: new BudgetLedger({ db, grants, usage, config }),
        quota: new ApiQuota(db, grants, config),
      },
      agents: [provisioningAgent(config.everyone)],
      routes: [...entitlementRoutes(grants, db), ...overrideRoutes(overrides, grants)],
      commands: provisioningCommands({ users, grants, overrides }),
      jobs: [cron('provisioning.purge', '41 * * * *', () => purge(db))],
      start: () => admission.keeper.start(),
    }
  },
})
