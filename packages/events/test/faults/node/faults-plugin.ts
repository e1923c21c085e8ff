import { definePlugin, EventBus } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { cron, type JobContext } from '../../../src/index.js'
import { consumers } from './consumers.js'
import { controlServer } from './control-server.js'
import { ledger } from './ledger.js'
import { made } from './made.js'
import { publisher } from './publisher.js'
import { report } from './report.js'
import type { NodeSettings } from './settings.js'

/** The application of a node: publishes on request, and consumes. */
export function faultsPlugin(node: NodeSettings) {
  const type = made(node)
  const plugin = definePlugin({
    name: 'faults',
    requires: { db: Database, bus: EventBus },
    events: [type],
    migrations: [ledger],
    setup({ db, bus }) {
      const note = async ({ dueAt }: JobContext) => {
        await db.query('INSERT INTO cron_runs (node, due_at) VALUES ($1, $2)', [node.name, dueAt])
      }
      return {
        on: consumers(db, node, type),
        jobs: node.cron ? [cron('faults.tick', node.cron, note)] : [],
        async serve() {
          const { port, close } = await controlServer(bus, publisher(db, bus, type))
          await report({ kind: 'ready', port })
          return close
        },
      }
    },
  })
  return plugin()
}
