import { randomUUID } from 'node:crypto'
import { Users } from '@titanforge/auth'
import { EventBus } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import { subscriptionChanged } from '@titanforge/stripe'
import test from 'ava'
import { openNotifiers } from './notifiers.js'
import { changeOf } from './subscription-event.js'

// Far longer than a busy machine keeps a process from renewing its claim of an event.
const CLAIM_SECONDS = 60

test('two processes that hear of one occasion by two events at once send one mail', async (t) => {
  t.timeout(120_000)
  const { inbox, publisher, db, start, isOver } = await openNotifiers(t, CLAIM_SECONDS)
  const processes = [await start(), await start()]

  const taking = Promise.withResolvers<void>()
  inbox.thinking = taking.promise
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
  await waitFor(isOver, { what: 'the events to be handled', timeoutMs: 60_000 })
  t.is(mails(), 1)
  t.is((await db.query('SELECT 1 FROM notifications')).length, 1)
  t.deepEqual(await db.query('SELECT 1 FROM notification_claims'), [])
})
