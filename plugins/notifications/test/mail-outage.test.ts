import { randomUUID } from 'node:crypto'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { startApplication } from './application.js'
import { openInbox } from './inbox.js'
import { changeOf } from './subscription-event.js'

test('a mail server that is down delays the welcome, and it comes once', async (t) => {
  const { port, close } = await openInbox()
  await close()
  const app = await startApplication(port)
  t.teardown(app.stop)
  const user = await app.signUp()
  const ids = await app.publish([changeOf(randomUUID(), user.id)])
  const postponed = async () => app.lines.some((line) => line.includes('a delivery was postponed'))
  await waitFor(postponed, { what: 'the postponement' })

  const inbox = await openInbox(port)
  t.teardown(inbox.close)
  // Lets the 30 seconds of the postponement pass at once.
  await app.db.query(
    "UPDATE event_deliveries SET due_at = now() WHERE consumer = 'notifications.welcome'",
  )
  await app.handled(ids)
  t.is(inbox.mailsTo(user.email).length, 1)
  t.deepEqual(await app.bus.deadLetters.list(), [])
})
