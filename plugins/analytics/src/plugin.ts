import { definePlugin, EventBus } from '@titanforge/core'
import { Users } from '@titanforge/auth'
import { Database } from '@titanforge/database'
import { cron, EventLog, EventRecorder } from '@titanforge/events'
import { Billing } from '@titanforge/stripe'
import { analyticsAgent } from './agent.js'
import { AnalyticsService } from './analytics-service.js'
import { analyticsCommands } from './commands.js'
import { config } from './config.js'
import { Analytics } from './contract.js'
import { agentRunEnded, apiCalled, tracked, weeklyReported } from './events.js'
import { agentRuns } from './facts/agent-runs.js'
import { apiCalls } from './facts/api-calls.js'
import { migrations } from './migrations/index.js'
import { figureRoutes } from './routes/figures.js'
import { trackRoute } from './routes/track.js'
import { publishWeeklyReport } from './weekly-report.js'

/** The event log as daily figures and MRR. */
export const analytics = definePlugin({
  name: 'analytics',
  config,
  // The accounts, the log and billing for what they store: the figures come from their tables and events.
  requires: {
    db: Database,
    bus: EventBus,
    recorder: EventRecorder,
    eventLog: EventLog,
    users: Users,
    billing: Billing,
  },
  provides: { analytics: Analytics },
  events: [apiCalled, agentRunEnded, tracked, weeklyReported],
  migrations,
  setup({ config, db, bus, recorder }) {
    const service = new AnalyticsService(db, config)
    return {
      services: { analytics: service },
      agents: [analyticsAgent(config)],
      observers: [agentRuns(recorder)],
      requestObservers: [apiCalls(recorder)],
      routes: [trackRoute(db, bus, config.frontEndEvents), ...figureRoutes(service)],
      commands: analyticsCommands(db, service),
      jobs: [
        cron('analytics.hourly', '10 * * * *', ({ signal }) => service.catchUp(signal)),
        cron('analytics.daily', '25 0 * * *', ({ signal }) => service.closeDay(signal)),
        cron('analytics.weekly', '0 6 * * 1', ({ dueAt }) =>
          publishWeeklyReport(db, bus, service, dueAt.toISOString().slice(0, 10)),
        ),
      ],
    }
  },
})
