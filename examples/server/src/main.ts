import { createForge } from '@titanforge/core'
import { HttpServer } from '@titanforge/http'
import { fail } from './fail.js'
import { log } from './log.js'
import { serverPlugins } from './plugins.js'
import { formatServices, serviceLines } from './services.js'

try {
  const forge = createForge({ plugins: serverPlugins(), log })
  const stop = () => {
    // A second Ctrl-C, or npm passing the first one on, waits for the same stop.
    forge.stop().then(() => process.exit(0), fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  await forge.start()
  process.stdout.write(
    `\nTitanForge runs at ${forge.get(HttpServer).url}\n\n${formatServices(serviceLines(process.env))}\n\nCtrl-C stops it.\n`,
  )
} catch (error) {
  fail(error)
}
