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
  await forge.start()
  process.stdout.write(
    `\nTitanForge runs at ${forge.get(HttpServer).url}\n\n${formatServices(serviceLines(process.env))}\n\nCtrl-C stops it.\n`,
  )
} catch (error) {
  // A start that was stopped half-way ends with the stop.
  if (!state.stopping) fail(error)
}
