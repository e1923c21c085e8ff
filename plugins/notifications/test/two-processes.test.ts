import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Users } from '@titanforge/auth'
import { createForge, EventBus } from '@titanforge/core'
import { captureLog, startProcess } from '@titanforge/core/testing'
import { Database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { subscriptionChanged } from '@titanforge/stripe'
import test from 'ava'
import { notifyingPlugins } from './application.js'
import { openInbox } from './inbox.js'
import { changeOf } from './subscription-event.js'

// Far longer than a busy machine keeps a process from renewing its claim of an event.
const CLAIM_SECONDS = 60
const PROGRAM = fileURLToPath(new URL('./notifier-process.js', import.meta.url))

test('two processes that hear of one occasion by two events at once send one mail', async (t) => {
  t.timeout(120_000)
  const [inbox, { url, drop }] = await Promise.all([openInbox(), testDatabase()])
  const publisher = createForge({
    log: captureLog().log,
    plugins: notifyingPlugins(url, inbox.port, { consume: false }),
  })
  await publisher.start()
  const args = [url, String(inbox.port), String(CLAIM_SECONDS)]
  const start = () => startProcess(PROGRAM, { args, ready: /the notifier is up/ })
  const processes = [await start(), await start()]
  t.teardown(async () => {
    await Promise.all(processes.map((process) => process.end('SIGTERM')))
    await publisher.stop()
    await inbox.close()
    await drop()
  })

  const taking = Promise.withResolvers<void>()
  inbox.thinking = taking.promise
  const db = publisher.get(Database)
  const user = await db.transaction((tx) =>
    publisher.get(Users).ensure(tx, { email: 'ada@example.com' }),
  )
  const change = changeOf(randomUUID(), user.id)
  const mails = () => inbox.mailsTo(user.email).length
  // Events keep coming until the process that does not send was given one of them.
  const bothHaveOne = async () => {
    await db.transaction((tx) => publisher.get(EventBus).publish(tx, subscriptionChanged, change))
    return mails() > 1 || processes.some((process) => process.output().includes('Another delivery'))
  }
  await waitFor(bothHaveOne, { what: 'both processes to be at work', timeoutMs: 60_000 })
  taking.resolve()
  const isOver = async () => (await db.query('SELECT 1 FROM event_deliveries')).length === 0
  await waitFor(isOver, { what: 'the events to be handled', timeoutMs: 60_000 })
  t.is(mails(), 1)
  t.is((await db.query('SELECT 1 FROM notifications')).length, 1)
  t.deepEqual(await db.query('SELECT 1 FROM notification_claims'), [])
})
