import { defineEvent, on } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { z } from 'zod'
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
  await app.publish('nul\0-1')
  t.is((await app.db.query('SELECT 1 FROM events')).length, 1)
})

const many = defineEvent({
  name: 'test.many',
  version: 1,
  schema: z.object({ key: z.string() }),
  key: ({ key }) => key,
})
