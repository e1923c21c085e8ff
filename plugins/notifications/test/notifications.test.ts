import { randomUUID } from 'node:crypto'
import { AccountLinks, Users } from '@titanforge/auth'
import type { DeliveryContext } from '@titanforge/core'
import { envelope } from '@titanforge/core/bus'
import { captureLog } from '@titanforge/core/testing'
import { waitFor } from '@titanforge/database/testing'
import { Mailer } from '@titanforge/email'
import { subscriptionChanged } from '@titanforge/stripe'
import test from 'ava'
import { emailChannel } from '../src/channels/email-channel.js'
import { welcome } from '../src/notices/welcome.js'
import { Notifier } from '../src/notifier.js'
import { Preferences } from '../src/preferences/preferences.js'
import { UnsubscribeLinks } from '../src/preferences/unsubscribe-links.js'
import { LINK_SECRET, startApplication } from './application.js'
import { NO_SUCH_USER, openInbox } from './inbox.js'
import { changeOf, itemOf, type SubscriptionChange } from './subscription-event.js'

const inbox = await openInbox()
const app = await startApplication(inbox.port)
const { db } = app
test.after.always(async () => {
  await app.stop()
  await inbox.close()
})

const recordsOf = (userId: string) =>
  db.query('SELECT * FROM notifications WHERE user_id = $1', [userId])

/** A delivery as the bus makes one, and a notifier that has never run before. */
function firstDelivery(payload: SubscriptionChange) {
  const notifier = new Notifier({
    db,
    users: app.forge.get(Users),
    links: app.forge.get(AccountLinks),
    preferences: new Preferences(db),
    unsubscribeLinks: new UnsubscribeLinks([LINK_SECRET], () => app.url),
    product: { productName: 'TitanForge' },
  })
  const [subscription] = notifier.handles(welcome, [emailChannel(app.forge.get(Mailer))])
  if (!subscription) throw new Error('a welcome goes by mail')
  const ctx: DeliveryContext<SubscriptionChange> = {
    event: envelope(subscriptionChanged, payload),
    payload,
    attempt: 1,
    signal: new AbortController().signal,
    idempotencyKey: 'test',
    log: captureLog().log,
  }
  return { subscription, ctx }
}

test('a subscription is welcomed once, however often and however close together it is told of', async (t) => {
  const user = await app.signUp('Ada')
  const change = changeOf(randomUUID(), user.id)
  const once = { source: 'stripe', externalId: randomUUID() }
  await app.handled(await app.publish(Array<SubscriptionChange>(6).fill(change)))
  await app.publish([change], once)
  await app.publish([change], once)
  await app.handled(await app.publish([change]))

  const mails = inbox.mailsTo(user.email)
  t.is(mails.length, 1)
  t.is(mails[0]?.subject, 'Welcome to TitanForge: Pro')
  t.regex(mails[0]?.text ?? '', /Hello Ada,/)
  t.regex(mails[0]?.html ?? '', /https:\/\/forge\.example/)
  const [record, ...others] = await recordsOf(user.id)
  t.deepEqual(others, [])
  t.like(record, {
    business_key: `welcome:${change.subscriptionId}`,
    kind: 'welcome',
    channel: 'email',
    message_id: mails[0]?.messageId,
  })
  t.true(Math.abs(Date.now() - (record?.['sent_at'] as Date).getTime()) < 60_000)
})

test('two subscriptions of one user are two occasions', async (t) => {
  const user = await app.signUp()
  await app.handled(
    await app.publish([changeOf(randomUUID(), user.id), changeOf(randomUUID(), user.id)]),
  )
  const messageIds = inbox.mailsTo(user.email).map(({ messageId }) => messageId)
  t.is(messageIds.length, 2)
  t.is(new Set(messageIds).size, 2)
})

test('nobody is welcomed before a subscription gives access', async (t) => {
  const user = await app.signUp()
  const id = randomUUID()
  await app.handled(
    await app.publish([changeOf(id, user.id, { status: 'incomplete', access: false })]),
  )
  t.is(inbox.mailsTo(user.email).length, 0)
  t.deepEqual(await recordsOf(user.id), [])
  await app.handled(await app.publish([changeOf(id, user.id)]))
  t.is(inbox.mailsTo(user.email).length, 1)
})

test('a user who is gone is not written to, and the log says so', async (t) => {
  const user = await app.signUp()
  const change = changeOf(randomUUID(), user.id)
  const ids = await db.transaction(async (tx) => {
    const { id } = await app.bus.publish(tx, subscriptionChanged, change)
    await tx.query('DELETE FROM users WHERE id = $1', [user.id])
    return [id]
  })
  await app.handled(ids)
  t.is(inbox.mailsTo(user.email).length, 0)
  t.true(
    app.lines.some(
      (line) => line.includes('nobody to notify') && line.includes(change.subscriptionId),
    ),
  )
})

test('markup and line breaks in names are inert', async (t) => {
  const user = await app.signUp('Eve\r\n\r\n<img src=x onerror=alert(1)>')
  const name = 'Pro\r\nBcc: eve@example.com\r\n\r\n<script>alert(1)</script>'
  await app.handled(
    await app.publish([changeOf(randomUUID(), user.id, { items: [itemOf({ name })] })]),
  )
  const [mail, ...others] = inbox.mailsTo(user.email)
  t.deepEqual(others, [])
  t.is(mail?.subject, 'Welcome to TitanForge: Pro Bcc: eve@example.com <script>alert(1)</script>')
  t.deepEqual(
    mail?.headers.filter(({ key }) => key === 'bcc'),
    [],
  )
  t.notRegex(mail?.html ?? '<script', /<script|<img/)
})

test('an address that is refused for good makes a dead letter and no record', async (t) => {
  const user = await db.transaction((tx) =>
    app.forge.get(Users).ensure(tx, { email: NO_SUCH_USER }),
  )
  const [eventId] = await app.publish([changeOf(randomUUID(), user.id)])
  const dead = await waitFor(
    async () => (await app.bus.deadLetters.list()).find((letter) => letter.eventId === eventId),
    { what: 'the dead letter' },
  )
  t.regex(dead.reason, /550 No such user/)
  t.deepEqual(await recordsOf(user.id), [])
})

test('a crash after sending sends the same Message-ID once more, and is recorded once', async (t) => {
  const user = await app.signUp()
  const change = changeOf(randomUUID(), user.id)
  const { subscription, ctx } = firstDelivery(change)
  await subscription.prepare?.(ctx)
  // Another event tells of it, and the claim of the delivery that nobody resumes runs out.
  await db.query('UPDATE notification_claims SET held_until = now() WHERE business_key = $1', [
    welcome.businessKey(change),
  ])
  await app.handled(await app.publish([change]))
  const messageIds = inbox.mailsTo(user.email).map(({ messageId }) => messageId)
  t.is(messageIds.length, 2)
  t.is(new Set(messageIds).size, 1)
  t.is((await recordsOf(user.id)).length, 1)
})

test('a mail that could not be recorded is not sent again by the same process', async (t) => {
  const user = await app.signUp()
  const { subscription, ctx } = firstDelivery(changeOf(randomUUID(), user.id))
  const sent = await subscription.prepare?.(ctx)
  t.deepEqual(await subscription.prepare?.(ctx), sent)
  t.is(inbox.mailsTo(user.email).length, 1)
})

test('what decides is the record, not what a process remembers', async (t) => {
  const user = await app.signUp()
  const change = changeOf(randomUUID(), user.id)
  await app.handled(await app.publish([change]))
  await app.handled(await app.publish([change]))
  t.is(inbox.mailsTo(user.email).length, 1)
  await db.query('DELETE FROM notifications WHERE user_id = $1', [user.id])
  await app.handled(await app.publish([change]))
  t.is(inbox.mailsTo(user.email).length, 2)
})

test('a user who goes while the mail is sent leaves no record behind', async (t) => {
  const user = await app.signUp()
  const { subscription, ctx } = firstDelivery(changeOf(randomUUID(), user.id))
  const sent = await subscription.prepare?.(ctx)
  await db.query('DELETE FROM users WHERE id = $1', [user.id])
  const publish = () => Promise.reject(new Error('nothing is published here'))
  await t.notThrowsAsync(db.transaction((tx) => subscription.commit({ ...ctx, tx, publish }, sent)))
  t.is(inbox.mailsTo(user.email).length, 1)
})
