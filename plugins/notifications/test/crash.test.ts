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

const PROGRAM = fileURLToPath(new URL('./notifier-process.js', import.meta.url))

test('a process that is killed after the mail server took its mail costs one mail with the same Message-ID', async (t) => {
  t.timeout(120_000)
  const [inbox, { url, drop }] = await Promise.all([openInbox(), testDatabase()])
  const publisher = createForge({
    log: captureLog().log,
    plugins: notifyingPlugins(url, inbox.port, { consume: false }),
  })
  await publisher.start()
  const db = publisher.get(Database)
  const start = () =>
    startProcess(PROGRAM, { args: [url, String(inbox.port)], ready: /the notifier is up/ })
  const first = await start()

  const user = await db.transaction(async (tx) => {
    const user = await publisher.get(Users).ensure(tx, { email: 'ada@example.com' })
    const change = changeOf(randomUUID(), user.id)
    await publisher.get(EventBus).publish(tx, subscriptionChanged, change)
    return user
  })
  const mails = () => inbox.mailsTo(user.email)
  await db.transaction(async (tx) => {
    // The record of the mail waits for this lock, so the process dies between the mail and the record.
    await tx.query('LOCK TABLE notifications IN EXCLUSIVE MODE')
    await waitFor(() => Promise.resolve(mails().length === 1), { what: 'the mail' })
    t.is(await first.end('SIGKILL'), 'SIGKILL')
  })
  t.deepEqual(await db.query('SELECT 1 FROM notifications'), [])

  const second = await start()
  t.teardown(async () => {
    await second.end('SIGTERM')
    await publisher.stop()
    await inbox.close()
    await drop()
  })
  const isOver = async () => (await db.query('SELECT 1 FROM event_deliveries')).length === 0
  await waitFor(isOver, { what: 'the event to be handled', timeoutMs: 60_000 })
  t.is(mails().length, 2)
  const [{ messageId } = { messageId: undefined }] = mails()
  t.is(mails()[1]?.messageId, messageId)
  t.deepEqual(await db.query('SELECT message_id FROM notifications'), [{ message_id: messageId }])
})
