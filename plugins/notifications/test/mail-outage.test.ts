import { randomUUID } from 'node:crypto'
import { freePort } from '@titanforge/core/testing'
import { waitFor } from '@titanforge/database/testing'
import { paymentSucceeded } from '@titanforge/stripe'
import test from 'ava'
import { startApplication } from './application.js'
import { openInbox } from './inbox.js'
import { changeOf } from './subscription-event.js'

// What a mailer that finds nobody waits before it tries again, and how often that is in an hour.
const PAUSE_SECONDS = 30
const PAUSES = 3_600 / PAUSE_SECONDS

test('a mail server that is down for an hour costs no mail, and each comes once', async (t) => {
  t.timeout(300_000)
  const port = await freePort()
  const app = await startApplication(port)
  t.teardown(app.stop)
  const people = await Promise.all(['Ada', 'Bob', 'Eve'].map(app.signUp))
  const ids = [
    ...(await app.publish(people.map(({ id }) => changeOf(randomUUID(), id)))),
    ...(await Promise.all(
      people.map(({ id: userId }) =>
        app.tell(paymentSucceeded, {
          userId,
          kind: 'invoice',
          paymentId: randomUUID(),
          amount: 2_900,
          currency: 'usd',
          paidAt: '2026-05-03T10:00:00.000Z',
        }),
      ),
    )),
  ]
  const waiting = async () => {
    const [row] = await app.db.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM event_deliveries WHERE due_at > now() AND claim IS NULL',
    )
    return row?.count
  }
  const allWait = async () => (await waiting()) === ids.length
  const passTime = () =>
    app.db.query(
      "UPDATE event_deliveries SET due_at = due_at - $1 * interval '1 second' WHERE claim IS NULL",
      [PAUSE_SECONDS],
    )
  for (let pause = 0; pause < PAUSES; pause++) {
    await waitFor(allWait, { what: 'every mail to be postponed' })
    await passTime()
  }
  await waitFor(allWait, { what: 'every mail to be postponed' })

  const inbox = await openInbox(port)
  t.teardown(inbox.close)
  await passTime()
  await app.handled(ids)
  for (const { email } of people) {
    const subjects = inbox.mailsTo(email).map(({ subject }) => subject)
    t.deepEqual(subjects.sort(), [
      'Welcome to TitanForge: Pro',
      'Your payment of $29.00 to TitanForge',
    ])
  }
  t.deepEqual(await app.bus.deadLetters.list(), [])
})
