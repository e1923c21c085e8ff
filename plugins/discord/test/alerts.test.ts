import { randomUUID } from 'node:crypto'
import { weeklyReported } from '@titanforge/analytics'
import { auth, Users } from '@titanforge/auth'
import { createForge, EventBus, type Forge } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Database, database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { email } from '@titanforge/email'
import { events } from '@titanforge/events'
import { http } from '@titanforge/http'
import { notifications } from '@titanforge/notifications'
import { paymentFailed } from '@titanforge/stripe'
import test, { type ExecutionContext } from 'ava'
import { discord } from '../src/index.js'
import { openDiscord } from './discord-stand-in.js'
import { post } from './post.js'

const SECRET = 'a secret of the tests that is long enough'

/** Applications on one database, each as a process of its own would be. */
async function start(t: ExecutionContext, count: number) {
  const standIn = await openDiscord(t)
  const { url, drop } = await testDatabase()
  const forges: Forge[] = []
  t.teardown(async () => {
    await Promise.all(forges.map((forge) => forge.stop()))
    await drop()
  })
  for (let index = 0; index < count; index++) {
    const forge = createForge({
      log: captureLog().log,
      plugins: [
        database({ url, poolSize: 5 }),
        events({ pollSeconds: 0.2 }),
        http({ port: 0 }),
        auth({ jwtSecret: SECRET, passwordCost: 4 }),
        email({ from: 'hello@example.com' }),
        notifications({ linkSecret: SECRET }),
        discord({ webhookUrl: standIn.webhookUrl }),
      ],
    })
    forges.push(forge)
    await forge.start()
  }
  const [forge] = forges
  if (!forge) throw new Error('at least one')
  return { standIn, forge, db: forge.get(Database) }
}

test('an alert of the Notification Agent is posted once, however often its event comes', async (t) => {
  const { standIn, forge, db } = await start(t, 2)
  const failure = {
    kind: 'invoice' as const,
    paymentId: 'in_1',
    amount: 2_900,
    currency: 'usd',
    attempt: 1,
    failedAt: '2026-05-03T10:00:00.000Z',
    nextAttemptAt: null,
    payUrl: null,
  }
  await db.transaction(async (tx) => {
    const user = await forge.get(Users).ensure(tx, { email: 'ada@example.com' })
    for (let copy = 0; copy < 5; copy++)
      await forge.get(EventBus).publish(tx, paymentFailed, { ...failure, userId: user.id })
  })
  const isOver = async () => (await db.query('SELECT 1 FROM event_deliveries')).length === 0
  await waitFor(isOver, { what: 'everything to be handled', timeoutMs: 30_000 })
  const [message, ...others] = standIn.messages
  t.deepEqual(others, [])
  t.like(message?.body.embeds[0], {
    title: 'A payment of $29.00 failed',
    fields: [
      { name: 'Customer', value: 'ada@example.com' },
      { name: 'Attempt', value: '1' },
      { name: 'Next attempt', value: 'none' },
      { name: 'Payment', value: 'in\\_1' },
    ],
  })
})

test('the weekly report comes once, with its picture, however many it is for', async (t) => {
  const { standIn, forge, db } = await start(t, 2)
  const png = Buffer.from('not really a picture')
  const week = {
    weekStart: '2026-05-04T00:00:00.000Z',
    figures: [['MRR', '$1,280.00']] as [string, string][],
    chart: { png: png.toString('base64'), alt: 'MRR by day' },
  }
  await db.transaction(async (tx) => {
    for (const email of ['ada@example.com', 'bob@example.com']) {
      const { id: userId } = await forge.get(Users).ensure(tx, { email })
      await forge.get(EventBus).publish(tx, weeklyReported, { ...week, userId })
    }
  })
  const isOver = async () => (await db.query('SELECT 1 FROM event_deliveries')).length === 0
  await waitFor(isOver, { what: 'everything to be handled', timeoutMs: 30_000 })
  const [message, ...others] = standIn.messages
  t.deepEqual(others, [])
  t.like(message?.body.embeds[0], {
    title: 'The week of TitanForge',
    image: { url: 'attachment://picture.png' },
    fields: [{ name: 'MRR', value: '$1,280.00' }],
  })
  t.deepEqual(message?.body.attachments, [{ id: 0, description: 'MRR by day' }])
  t.deepEqual(message?.body.allowed_mentions, { parse: [] })
  t.deepEqual(message?.file, { name: 'picture.png', content: png })
})

test('two processes keep the order, through an outage too', async (t) => {
  const { standIn, forge, db } = await start(t, 2)
  const titles = Array.from({ length: 20 }, (_, index) => `${index} ${randomUUID()}`)
  let asked = 0
  standIn.answerMessage = () =>
    ++asked > 5 && asked < 20 ? { status: 503, body: { message: 'away' } } : undefined
  await post(forge, ...titles.map((title) => ({ title })))
  const isOver = async () => {
    // Lets what waits for Discord try again at once.
    await db.query(
      "UPDATE event_deliveries SET due_at = now() WHERE consumer = 'discord.post' AND claim IS NULL",
    )
    return standIn.messages.length >= titles.length
  }
  await waitFor(isOver, { what: 'the messages', timeoutMs: 60_000 })
  t.deepEqual(
    standIn.titles.map((title) => title?.replaceAll('\\', '')),
    titles,
  )
})
