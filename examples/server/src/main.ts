import { createForge } from '@titanforge/core'
import { HttpServer } from '@titanforge/http'
import { fail } from './fail.js'
import { log } from './log.js'
import { serverPlugins } from './plugins.js'
import { formatServices, serviceLines } from './services.js'

const state = { stopping: false }
try {
  const forge = createForge({ plugins: serverPlugins(), log })
  const stop = () => {
    state.stopping = true
    // A second Ctrl-C, or npm passing the first one on, waits for the same stop.
    forge.stop().then(() => process.exit(0), fail)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
  if (process.env.npm_lifecycle_event === 'start') whenOrphaned(stop)
  await forge.start()
  process.stdout.write(
    `\nTitanForge runs at ${forge.get(HttpServer).url}\n\n${formatServices(serviceLines(process.env))}\n\nCtrl-C stops it.\n`,
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
