import { definePlugin, EventBus, EventHistory } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { collectConsumers } from './collect-consumers.js'
import { eventCommands } from './commands/index.js'
import { config } from './config.js'
import { EventErrors } from './errors.js'
import { observeBacklog } from './log/backlog-metrics.js'
import { eventHistory } from './log/event-history.js'
import { EventLog, eventLog } from './log/event-log.js'
import type { Append } from './log/append.js'
import { EventIngest, GroupIngest } from './log/ingest.js'
import { BatchRecorder, EventRecorder } from './log/recorder.js'
import { prune } from './log/retention.js'
import { migrations } from './migrations/index.js'
import { EventModel } from './model.js'
import { PostgresEventBus } from './postgres-bus.js'
import { cron } from './schedule/job.js'
import { Scheduler } from './schedule/scheduler.js'

/** The durable event bus on PostgreSQL, and scheduled jobs. */
export const events = definePlugin({
  name: 'events',
  config,
  requires: { db: Database },
  provides: {
    bus: EventBus,
    eventLog: EventLog,
    history: EventHistory,
    recorder: EventRecorder,
    ingest: EventIngest,
  },
  collects: ['jobs'],
  models: [EventModel],
  migrations,
  setup({ config, db, forge, log }) {
    refuseLongDrain(config.drainSeconds, forge.stopTimeoutMs / 1000)
    const bus = new PostgresEventBus(db, config, log)
    const append: Append = (tx, type, incoming) => bus.append(tx, type, incoming)
    const recorder = new BatchRecorder(db, append, log)
    const ingest = new GroupIngest(db, append)
    const backlog = eventLog(db)
    const { keepDays } = config
    const pruning =
      keepDays &&
      cron(
        'events.prune',
        '23 * * * *',
        async ({ signal }) => void (await prune(db, keepDays, signal)),
      )
    return {
      services: { bus, eventLog: backlog, history: eventHistory(db, backlog), recorder, ingest },
      commands: eventCommands(db, bus, backlog),
      jobs: pruning ? [pruning] : [],
      async start() {
        await bus.open(collectConsumers(forge).subscriptions)
        const endMetrics = observeBacklog(backlog, log)
        return async () => {
          endMetrics()
          await recorder.close()
          await bus.close()
        }
      },
      async serve() {
        if (!config.consume) return
        const { subscriptions, jobs } = collectConsumers(forge)
        const scheduler = new Scheduler(db, jobs, bus, log)
        await bus.consume(subscriptions)
        try {
          await scheduler.start()
        } catch (error) {
          await bus.drain()
          throw error
        }
        // Handlers at work finish while every plugin is still open.
        return async () => {
          await scheduler.stop()
          await bus.drain()
        }
      },
    }
  },
})

/** The application would end the process before the handlers' time is over, and lose what they hold for a while. */
function refuseLongDrain(drainSeconds: number, stopSeconds: number): void {
  if (drainSeconds >= stopSeconds) throw EventErrors.DRAIN_TOO_LONG({ drainSeconds, stopSeconds })
}
