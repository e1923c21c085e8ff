import { randomUUID } from 'node:crypto'
import { Users } from '@titanforge/auth'
import { EventBus } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import { subscriptionChanged } from '@titanforge/stripe'
import test from 'ava'
import { openNotifiers } from './notifiers.js'
import { changeOf } from './subscription-event.js'

test('a process that is killed after the mail server took its mail costs one mail with the same Message-ID', async (t) => {
  t.timeout(120_000)
  const { inbox, publisher, db, start, isOver } = await openNotifiers(t)
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

  await start()
  await waitFor(isOver, { what: 'the event to be handled', timeoutMs: 60_000 })
  t.is(mails().length, 2)
  const [{ messageId } = { messageId: undefined }] = mails()
  t.is(mails()[1]?.messageId, messageId)
  t.deepEqual(await db.query('SELECT message_id FROM notifications'), [{ message_id: messageId }])
})
