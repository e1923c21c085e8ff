import { definePlugin } from '@titanforge/core'
import { Users } from '@titanforge/auth'
import { Database } from '@titanforge/database'
import { cron, EventLog } from '@titanforge/events'
import { Billing } from '@titanforge/stripe'
import { analyticsAgent } from './agent.js'
import { AnalyticsService } from './analytics-service.js'
import { analyticsCommands } from './commands.js'
import { Analytics } from './contract.js'
import { today } from './day.js'
import { migrations } from './migrations/index.js'
import { analyticsRoutes } from './routes.js'

/** The event log as daily figures and MRR. */
export const analytics = definePlugin({
  name: 'analytics',
  // All but the database for what they store: the figures come from their tables and events.
  requires: { db: Database, eventLog: EventLog, users: Users, billing: Billing },
  provides: { analytics: Analytics },
  migrations,
  setup({ db }) {
    const service = new AnalyticsService(db)
    return {
      services: { analytics: service },
      agents: [analyticsAgent()],
      routes: analyticsRoutes(service),
      commands: analyticsCommands(service),
      jobs: [cron('analytics.daily', '10 * * * *', () => service.rollUp(today(-1), today()))],
    }
  },
})
