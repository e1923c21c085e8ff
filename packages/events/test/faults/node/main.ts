import { createForge, createLogger, messageOf } from '@titanforge/core'
import { database } from '@titanforge/database'
import { events } from '../../../src/index.js'
import { faultsPlugin } from './faults-plugin.js'
import { report } from './report.js'
import type { NodeSettings } from './settings.js'

const settings = JSON.parse(process.env['FAULT_NODE'] ?? '') as NodeSettings
const log = createLogger({ level: 'warn' })

process.on(
  'unhandledRejection',
  (error) => void report({ kind: 'unhandled', error: messageOf(error) }),
)

const { url, poolSize = 6, bus = {} } = settings
const forge = createForge({
  plugins: [database({ url, poolSize }), events(bus), faultsPlugin(settings)],
  log,
})

function end(error: unknown): void {
  log.error({ err: error }, 'the node failed')
  process.exit(1)
}

process.on('SIGTERM', () => {
  forge.stop().then(() => process.exit(0), end)
})
// A node whose suite is gone ends, whatever it is doing; an exit would wait for whoever reads the log.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
forge.start().catch(end)
