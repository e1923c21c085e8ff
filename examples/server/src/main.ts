// First, since whoever makes an instrument afterwards reports here.
import './metrics.js'
import { createForge } from '@titanforge/core'
import { HttpServer } from '@titanforge/http'
import { fail } from './fail.js'
import { log } from './log.js'
import { serverPlugins } from './plugins.js'
import { roleOf, type Role } from './role.js'
import { formatServices, serviceLines } from './services.js'

const WHAT: Record<Role, string> = {
  all: 'TitanForge runs at',
  web: 'TitanForge, without its workers, runs at',
  worker: 'A worker of TitanForge runs for',
}

const state = { stopping: false }
try {
  const role = roleOf(process.argv.slice(2))
  const forge = createForge({ plugins: serverPlugins(role), log })
  const stop = () => {
    state.stopping = true
    // A second Ctrl-C, or npm passing the first one on, waits for the same stop.
    forge.stop().then(() => process.exit(0), fail)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
  if (process.env.npm_lifecycle_event?.startsWith('start')) whenOrphaned(stop)
  await forge.start()
  process.stdout.write(
    `\n${WHAT[role]} ${forge.get(HttpServer).url}\n\n${formatServices(serviceLines(process.env))}\n\nCtrl-C stops it.\n`,
  )
} catch (error) {
  // A start that was stopped half-way ends with the stop.
  if (!state.stopping) fail(error)
}

/** npm passes a signal to the shell between itself and this program, and not on to the program. */
function whenOrphaned(stop: () => void): void {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    stop()
  }, 250)
  watch.unref()
}
