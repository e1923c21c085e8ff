import { collectSubscriptions, definePlugin, EventBus } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { BossEngine } from './boss-engine.js'
import { eventCommands } from './commands.js'
import { EventLog, eventLog } from './event-log-service.js'
import { config } from './config.js'
import { migrations } from './migrations/index.js'
import { EventModel } from './model.js'
import { PostgresEventBus } from './postgres-bus.js'
import { schedule } from './scheduler.js'
import { startBoss } from './start-boss.js'

const DRAIN_MS = 10_000

/** The durable event bus on PostgreSQL, and scheduled jobs. */
export const events = definePlugin({
  name: 'events',
  config,
  requires: { db: Database },
  provides: { bus: EventBus, eventLog: EventLog },
  collects: ['jobs'],
  models: [EventModel],
  migrations,
  setup({ config, db, forge, log }) {
    const bus = new PostgresEventBus(db, config, log)
    let boss: Awaited<ReturnType<typeof startBoss>>
    return {
      services: { bus, eventLog: eventLog(db) },
      commands: eventCommands(bus),
      async start() {
        boss = await startBoss(db.url, config.superviseSeconds, log)
        const engine = new BossEngine(boss, log)
        await engine.prepare()
        await bus.open(engine, collectSubscriptions(forge))
        return () => boss.stop({ close: true })
      },
      async serve() {
        await bus.consume(collectSubscriptions(forge))
        await schedule(
          boss,
          forge.all('jobs').flatMap(({ value }) => [...value]),
          log,
        )
        // Handlers under way finish while every plugin is still open; what is left goes back to its queue.
        return async () => {
          bus.tellStop()
          await boss.stop({ graceful: true, timeout: DRAIN_MS, close: false })
        }
      },
    }
  },
})
