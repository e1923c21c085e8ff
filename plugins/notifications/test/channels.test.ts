import { randomUUID } from 'node:crypto'
import { definePlugin, RetryLater } from '@titanforge/core'
import { resetRequested } from '@titanforge/auth'
import { waitFor } from '@titanforge/database/testing'
import { unknownPriceFound } from '@titanforge/provisioning'
import { disputeOpened, paymentFailed } from '@titanforge/stripe'
import test from 'ava'
import type { Channel, CustomerMessage, TeamMessage } from '../src/index.js'
import { startApplication } from './application.js'
import { openInbox } from './inbox.js'
import { changeOf, itemOf } from './subscription-event.js'

const told: TeamMessage[] = []
const texts: CustomerMessage[] = []
const away = new Set<string>()

const pager: Channel = {
  name: 'pager',
  reaches: 'team',
  async send(message) {
    if ([...away].some((part) => message.text.includes(part)))
      throw new RetryLater(30, 'nobody answers')
    told.push(message)
    return { messageId: `page-${told.length}` }
  },
}
const telegraph: Channel = {
  name: 'telegraph',
  reaches: 'customers',
  async send(message) {
    texts.push(message)
    return { messageId: `telegram-${texts.length}` }
  },
}
const wires = definePlugin({ name: 'wires', setup: () => ({ channels: [pager, telegraph] }) })

const inbox = await openInbox()
const app = await startApplication(inbox.port, wires())
test.after.always(async () => {
  await app.stop()
  await inbox.close()
})

const failureOf = (userId: string, paymentId: string) => ({
  userId,
  kind: 'invoice' as const,
  paymentId,
  amount: 2_900,
  currency: 'usd',
  attempt: 1,
  failedAt: '2026-05-03T10:00:00.000Z',
  nextAttemptAt: null,
  payUrl: null,
})

test('a channel of another plugin tells customers what mail tells them, each once', async (t) => {
  const user = await app.signUp('Ada\n\nLovelace')
  const change = changeOf(randomUUID(), user.id)
  await app.handled(await app.publish([change, change, change]))
  t.is(inbox.mailsTo(user.email).length, 1)
  const mine = texts.filter((message) => message.user.id === user.id)
  t.is(mine.length, 1)
  t.is(mine[0]?.key, `telegraph/welcome:${change.subscriptionId}`)
  t.regex(mine[0]?.text ?? '', /^Hello Ada Lovelace,\n\nThank you/)
  t.regex((await mine[0]?.html()) ?? '', /Hello Ada Lovelace,/)
  const records = await app.db.query<{ channel: string; message_id: string }>(
    'SELECT channel, message_id FROM notifications WHERE user_id = $1 ORDER BY channel',
    [user.id],
  )
  t.deepEqual(
    records.map(({ channel }) => channel),
    ['email', 'telegraph'],
  )
})

test('links for the owner of an address go to no other channel than mail', async (t) => {
  const user = await app.signUp()
  const link = { userId: user.id, linkId: randomUUID(), email: user.email }
  await app.handled([await app.tell(resetRequested, link)])
  t.false(texts.some((message) => message.user.id === user.id))
  const consumers = await app.db.query<{ name: string }>(
    "SELECT consumer AS name FROM event_consumers WHERE consumer LIKE 'notifications.%.telegraph'",
  )
  t.false(consumers.some(({ name }) => /reset|verify|password|address/.test(name)))
  t.true(consumers.some(({ name }) => name === 'notifications.welcome.telegraph'))
})

test('the team hears of failed payments, disputes, and prices that nobody knows', async (t) => {
  const user = await app.signUp()
  await app.handled([await app.tell(paymentFailed, failureOf(user.id, 'in_team'))])
  const dispute = {
    userId: user.id,
    disputeId: randomUUID(),
    paymentId: 'ch_team',
    amount: 100,
    currency: 'usd',
    reason: 'fraudulent',
    evidenceDueBy: null,
    openedAt: '2026-05-03T10:00:00.000Z',
  }
  await app.handled([await app.tell(disputeOpened, dispute)])
  const subscriptionId = randomUUID()
  const unknown = { userId: user.id, subscriptionId, priceId: 'price_1' }
  await app.handled([await app.tell(unknownPriceFound, unknown)])
  // What the catalogue does not know has no name to announce.
  const nameless = changeOf(subscriptionId, user.id, { items: [itemOf({ name: null })] })
  await app.handled(await app.publish([nameless]))
  await app.handled(await app.publish([changeOf(subscriptionId, user.id)]))
  const mine = told.filter(({ text }) => text.includes(user.email))
  t.deepEqual(
    mine.map(({ letter }) => letter.subject),
    [
      'A payment of $29.00 failed',
      'A payment of $1.00 is disputed',
      'A customer pays for a price that the catalogue does not know',
      'A new subscription: Pro',
    ],
  )
})

test('a channel that is away holds up no other, and is told later', async (t) => {
  const user = await app.signUp()
  away.add(user.email)
  const eventId = await app.tell(paymentFailed, failureOf(user.id, 'in_away'))
  await waitFor(() => Promise.resolve(inbox.mailsTo(user.email).length === 1), { what: 'the mail' })
  t.false(told.some(({ text }) => text.includes(user.email)))
  away.clear()
  await waitFor(
    async () => {
      await app.db.query(
        "UPDATE event_deliveries SET due_at = now() WHERE consumer = 'notifications.alert-payment-failed.pager'",
      )
      return told.some(({ text }) => text.includes(user.email))
    },
    { what: 'the page' },
  )
  await app.handled([eventId])
  t.is(told.filter(({ text }) => text.includes(user.email)).length, 1)
  t.is(inbox.mailsTo(user.email).length, 1)
})
