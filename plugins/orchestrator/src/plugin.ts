import { Users } from '@titanforge/auth'
import { definePlugin, Entitlements, EventBus } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { cron, EventLog } from '@titanforge/events'
import { HttpServer } from '@titanforge/http'
import { Grants } from '@titanforge/provisioning'
import { config } from './config.js'
import { Workflows } from './contract.js'
import { keepAdmitting } from './engine/admit-waiting.js'
import { cancelRun } from './engine/cancel-run.js'
import type { Engine } from './engine/engine.js'
import { hear } from './engine/hear.js'
import { limitOf } from './engine/limit-of.js'
import { requests } from './engine/requests.js'
import { retryRun } from './engine/retry-run.js'
import { schedules } from './engine/schedules.js'
import { startRun } from './engine/start-run.js'
import { StepsAtWork } from './engine/steps-at-work.js'
import { takeOn } from './engine/take-on.js'
import { withdrawals } from './engine/withdrawals.js'
import { events } from './events.js'
import { prune } from './journal/prune.js'
import { RunWatch } from './live/run-watch.js'
import { migrations } from './migrations/index.js'
import { orchestratorRoutes } from './routes/index.js'
import { Catalogue } from './workflow/catalogue.js'

/** Runs workflows: agents and tools as steps that survive crashes, wait for people and are undone. */
export const orchestrator = definePlugin({
  name: 'orchestrator',
  config,
  // Users for its table, the event log for what steps wait for.
  requires: {
    db: Database,
    bus: EventBus,
    entitlements: Entitlements,
    users: Users,
    eventLog: EventLog,
  },
  // The server, so that those who watch are let go before it stops.
  optional: { grants: Grants, server: HttpServer },
  provides: { workflows: Workflows },
  collects: ['workflows'],
  events,
  migrations,
  setup({ config, db, bus, entitlements, grants, forge, log }) {
    const catalogue = new Catalogue(forge)
    const limit = limitOf(config, grants)
    const engine: Engine = { config, db, bus, log, catalogue, entitlements, limitOf: limit }
    const atWork = new StepsAtWork(db, bus, log)
    const watch = new RunWatch(db, log)
    const { keepDays } = config
    const pruning = keepDays
      ? [cron('workflow_runs.prune', '37 * * * *', ({ signal }) => prune(db, keepDays, signal))]
      : []
    const [asked, withdrawn] = [requests(engine), withdrawals(engine)]
    const taken = takeOn(engine, { run: forge.run, db, config, atWork })
    return {
      services: {
        workflows: {
          start: (workflow, input, { userId = null, key } = {}) =>
            startRun(engine, { workflow, input, userId, requestedBy: 'application', key }),
          cancel: (runId) => cancelRun(engine, runId),
          retry: (runId) => retryRun(engine, runId),
        },
      },
      routes: orchestratorRoutes(engine, watch),
      // Read when every plugin has been set up, since what there is depends on everybody's workflows.
      get on() {
        return [taken, ...asked, withdrawn, ...hear(catalogue)]
      },
      get jobs() {
        return [...schedules(engine), ...pruning]
      },
      start() {
        const [endListening, endAdmitting] = [atWork.listen(), keepAdmitting(engine)]
        return async () => {
          endListening()
          await endAdmitting()
        }
      },
      serve: () => () => watch.close(),
    }
  },
})
