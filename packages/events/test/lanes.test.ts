import { defineEvent, on, type SubscriptionOptions } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { z } from 'zod'
import { Lookout } from '../src/delivery/lookout.js'
import { application, record } from './application.js'

test('an empty key is a key like any other', async (t) => {
  const app = await application(t, { on: [record('clerk', { order: 'key' })] })
  for (const text of ['-1', '-2']) await app.publish(text)
  await waitFor(async () => (await app.effects('clerk')).length === 2)
  t.deepEqual(await app.effects('clerk'), ['-1', '-2'])
})

test('a limit holds over two processes', async (t) => {
  let atWork = 0
  let most = 0
  const counted = () =>
    on(
      many,
      'counted',
      {
        async prepare() {
          most = Math.max(most, ++atWork)
          await new Promise((resolve) => setTimeout(resolve, 20))
          atWork--
        },
        commit: async () => undefined,
      },
      { limit: { per: 'key', count: 2 } },
    )
  const app = await application(t, { on: [counted()] })
  await application(t, { on: [counted()], url: app.url })
  await app.db.transaction((tx) =>
    app.bus.publishAll(
      tx,
      many,
      Array.from({ length: 30 }, () => ({ payload: { key: 'a' } })),
    ),
  )
  await waitFor(async () => (await app.log.backlog())[0]?.pending === 0, { timeoutMs: 30_000 })
  t.is(most, 2)
})

test('what is redriven after the rule has changed follows the new one', async (t) => {
  let broken = true
  const fails = (order?: 'key') =>
    on(
      many,
      'shaky',
      async () => {
        if (broken) throw new Error('no')
      },
      { retry: { limit: 0 }, ...(order ? { order } : {}) },
    )
  const app = await application(t, { on: [fails('key')] })
  await app.db.transaction((tx) => app.bus.publish(tx, many, { key: 'a' }))
  await waitFor(async () => (await app.bus.deadLetters.list()).length === 1)
  await app.forge.stop()
  broken = false
  const after = await application(t, { on: [fails()], url: app.url })
  t.is(await after.bus.deadLetters.redrive(), 1)
  await waitFor(async () => (await after.log.backlog())[0]?.pending === 0)
  t.deepEqual(await after.bus.deadLetters.list(), [])
})

test('a dead letter from before there was an order blocks its key as soon as that is the rule', async (t) => {
  let broken = true
  const clerk = (options?: SubscriptionOptions) =>
    on(
      many,
      'clerk',
      async ({ tx, payload }) => {
        if (broken) throw new Error('no')
        await tx.query("INSERT INTO effects (consumer, text) VALUES ('clerk', $1)", [payload.key])
      },
      { retry: { limit: 0 }, ...options },
    )
  const app = await application(t, { on: [clerk()] })
  await app.db.transaction((tx) => app.bus.publish(tx, many, { key: 'a' }))
  await waitFor(async () => (await app.bus.deadLetters.list()).length === 1)
  await app.forge.stop()
  broken = false
  const blocking = clerk({ order: 'key', afterDeadLetter: 'block' })
  const after = await application(t, { on: [blocking], url: app.url })
  await after.db.transaction((tx) =>
    after.bus.publishAll(tx, many, [{ payload: { key: 'a' } }, { payload: { key: 'b' } }]),
  )
  await waitFor(async () => (await after.effects('clerk')).includes('b'))
  t.deepEqual(await after.effects('clerk'), ['b'])
  t.is(await after.bus.deadLetters.redrive(), 1)
  await waitFor(async () => (await after.effects('clerk')).length === 3)
})

test('a version without a rule goes on with what a newer one has put into lanes', async (t) => {
  const old = await application(t, { on: [record('clerk')] })
  const newer = await application(t, {
    url: old.url,
    on: [record('clerk', { order: 'key' })],
    config: { consume: false },
  })
  await newer.publish('a-1')
  await newer.forge.stop()
  await waitFor(async () => (await old.effects('clerk')).length === 1)
  t.deepEqual(await old.effects('clerk'), ['a-1'])
})

test('many thousand keys can be published at once to who takes them in order', async (t) => {
  const app = await application(t, {
    on: [on(many, 'ordered', async () => undefined, { order: 'key' })],
    config: { consume: false },
  })
  const messages = Array.from({ length: 20_000 }, (_, n) => ({ payload: { key: `k${n}` } }))
  await app.db.transaction((tx) => app.bus.publishAll(tx, many, messages))
  t.is((await app.log.backlog())[0]?.pending, 20_000)
})

test('whoever waits for what is delayed in many lanes is asked again when it is due, and not before', async (t) => {
  const { db } = await application(t, {
    on: [record('clerk', { order: 'key' })],
    config: { consume: false },
  })
  const lookout = new Lookout(db, ['clerk'], { retryBaseSeconds: 0, retryMaxSeconds: 0 })
  const inMs = async () => (await lookout.look(true))[0]?.inMs ?? null
  t.is(await inMs(), null)
  await db.query(`
    WITH stored AS (
      INSERT INTO events (id, event_type, payload, version, key, correlation_id)
      SELECT gen_random_uuid(), 'test.noted', '{"text":"a"}', 1, n, gen_random_uuid()
      FROM generate_series(1, 20) AS n RETURNING position, key
    )
    INSERT INTO event_deliveries (position, consumer, lane, due_at)
    SELECT position, 'clerk', key, now() + interval '1 hour' FROM stored`)
  t.true(((await inMs()) ?? 0) > 3_000_000)
  await db.query("UPDATE event_deliveries SET attempt = 1, due_at = now() WHERE lane = '7'")
  t.true(((await inMs()) ?? Infinity) <= 0)
  // What is at work is nothing to be claimed.
  await db.query(
    "UPDATE event_deliveries SET claim = gen_random_uuid(), due_at = now() + interval '1 minute' WHERE lane = '7'",
  )
  t.true(((await inMs()) ?? 0) > 3_000_000)
})

test('the longest key can be taken in order, of whatever script it is', async (t) => {
  const app = await application(t, { on: [record('clerk', { order: 'key' })] })
  // PostgreSQL compresses what repeats itself.
  const key = String.fromCharCode(
    ...Array.from({ length: 333 }, (_, n) => 0x4e00 + ((n * 7919) % 20_000)),
  )
  await app.publish(key)
  await waitFor(async () => (await app.effects('clerk')).length === 1)
  t.deepEqual(await app.effects('clerk'), [key])
})

test('what cannot be stored is refused with a reason', async (t) => {
  const app = await application(t)
  const publish = (options: Parameters<typeof app.publish>[1], text = 'a') =>
    t.throwsAsync(app.publish(text, options), { code: 'EVENT_INVALID' })
  await publish({ delaySeconds: Infinity })
  await publish({ delaySeconds: Number.NaN })
  await publish({ delaySeconds: -1 })
  await publish({ externalId: 'evt_1' })
  await publish({ source: 'a', externalId: 'x'.repeat(256) })
  await publish({ occurredAt: new Date(Number.NaN) })
  await publish({}, 'k'.repeat(1001))
  await publish({}, '\u9b31'.repeat(334))
  await app.publish('nul\0-1')
  t.is((await app.db.query('SELECT 1 FROM events')).length, 1)
})

const many = defineEvent({
  name: 'test.many',
  version: 1,
  schema: z.object({ key: z.string() }),
  key: ({ key }) => key,
})
