import { fileURLToPath } from 'node:url'
import { createForge } from '@titanforge/core'
import { captureLog, startProcess } from '@titanforge/core/testing'
import { Database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import type { ExecutionContext } from 'ava'
import { notifyingPlugins } from './application.js'
import { openInbox } from './inbox.js'

const PROGRAM = fileURLToPath(new URL('./notifier-process.js', import.meta.url))

/** An application that only publishes, and processes that notify, which end with the test. */
export async function openNotifiers(t: ExecutionContext, claimSeconds = 1) {
  const [inbox, { url, drop }] = await Promise.all([openInbox(), testDatabase()])
  const publisher = createForge({
    log: captureLog().log,
    plugins: notifyingPlugins(url, inbox.port, { consume: false }),
  })
  await publisher.start()
  const processes: Awaited<ReturnType<typeof startProcess>>[] = []
  t.teardown(async () => {
    await Promise.all(processes.map((process) => process.end('SIGTERM')))
    await publisher.stop()
    await inbox.close()
    await drop()
  })
  const db = publisher.get(Database)
  return {
    inbox,
    publisher,
    db,
    async start() {
      const args = [url, String(inbox.port), String(claimSeconds)]
      const process = await startProcess(PROGRAM, { args, ready: /the notifier is up/ })
      processes.push(process)
      return process
    },
    isOver: async () => (await db.query('SELECT 1 FROM event_deliveries')).length === 0,
  }
}
