import { createForge, createLogger, on } from '@titanforge/core'
import { database } from '@titanforge/database'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { events } from '../src/index.js'
import { application, noted, record } from './application.js'

const never = () => new Promise<never>(() => undefined)

test('handlers that never end become dead letters and stop neither their consumer nor the others', async (t) => {
  const quick = { retry: { limit: 1, baseSeconds: 0, maxSeconds: 0 }, claimSeconds: 0.5 }
  const hangs = (consumer: string) =>
    on(
      noted,
      consumer,
      ({ payload }) => (payload.text === 'hang' ? never() : Promise.resolve()),
      quick,
    )
  const app = await application(t, {
    on: [hangs('one'), hangs('two'), hangs('three'), record('healthy')],
    config: { concurrency: 3 },
  })
  await app.publish('hang')
  for (let n = 0; n < 5; n++) await app.publish(`after-${n}`)
  await waitFor(async () => (await app.bus.deadLetters.list()).length === 3, { timeoutMs: 30_000 })
  await waitFor(async () => (await app.effects('healthy')).length === 6)
  await waitFor(async () => (await app.log.backlog()).every(({ pending }) => pending === 0))
  t.regex((await app.bus.deadLetters.list())[0]?.reason ?? '', /longer than 0.5 s/)
})

test('a prepare that never ends is given up, and its place is free for the others', async (t) => {
  const app = await application(t, {
    on: [
      on(
        noted,
        'preparing',
        {
          prepare: ({ payload }) => (payload.text === 'hang' ? never() : Promise.resolve()),
          commit: async () => undefined,
        },
        { concurrency: 1, timeoutSeconds: 0.3, retry: { limit: 1, baseSeconds: 0, maxSeconds: 0 } },
      ),
    ],
  })
  for (const text of ['hang', 'after']) await app.publish(text)
  await waitFor(async () => (await app.bus.deadLetters.list()).length === 1)
  await waitFor(async () => (await app.log.backlog())[0]?.pending === 0)
  t.pass()
})

test('a slow handler that may have ended its process stops no other consumer', async (t) => {
  const begun = Promise.withResolvers<undefined>()
  const goOn = Promise.withResolvers<undefined>()
  const suspect = on(noted, 'suspect', {
    async prepare({ payload }) {
      if (payload.text !== 'suspected') return
      begun.resolve(undefined)
      await goOn.promise
    },
    commit: async () => undefined,
  })
  const app = await application(t, { on: [suspect], config: { consume: false } })
  await app.publish('suspected')
  await app.db.query('UPDATE event_deliveries SET attempt = 2, lost = 2')
  const other = await application(t, { url: app.url, on: [suspect, record('other')] })
  await begun.promise
  await other.publish('a')
  await waitFor(async () => (await other.effects('other')).length === 1)
  t.is((await other.db.query('SELECT 1 FROM event_deliveries WHERE lost > 1')).length, 1)
  goOn.resolve(undefined)
  await waitFor(async () => (await other.log.backlog()).every(({ pending }) => pending === 0))
})

test('a handler that obeys the stop uses no attempt up', async (t) => {
  const begun = Promise.withResolvers<undefined>()
  const obedient = on(
    noted,
    'obedient',
    {
      prepare: ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('told to stop')))
          begun.resolve(undefined)
        }),
      commit: async () => undefined,
    },
    { retry: { limit: 0 } },
  )
  const app = await application(t, { on: [obedient] })
  await app.publish('once')
  await begun.promise
  await app.forge.stop()
  const after = await application(t, { url: app.url, serve: false })
  t.deepEqual(await after.bus.deadLetters.list(), [])
  t.deepEqual(
    await after.db.query('SELECT attempt, claim, due_at <= now() AS due FROM event_deliveries'),
    [{ attempt: 0, claim: null, due: true }],
  )
})

test('a handler that ignores the stop is cut off after its time, and its event is due at once', async (t) => {
  const begun = Promise.withResolvers<undefined>()
  const stubborn = on(noted, 'stubborn', async ({ tx }) => {
    await tx.query("INSERT INTO effects (consumer, text) VALUES ('stubborn', 'half')")
    begun.resolve(undefined)
    await never()
  })
  const app = await application(t, {
    on: [stubborn],
    config: { drainSeconds: 0.2, claimSeconds: 60 },
  })
  await app.publish('once')
  await begun.promise
  await app.forge.stop()
  const after = await application(t, { url: app.url, serve: false })
  t.deepEqual(await after.db.query('SELECT claim, due_at <= now() AS due FROM event_deliveries'), [
    { claim: null, due: true },
  ])
  t.deepEqual(await after.effects('stubborn'), [])
})

test('a drain that is longer than the application may take to stop is refused', (t) => {
  const compose = (drainSeconds: number) =>
    createForge({
      plugins: [database(), events({ drainSeconds })],
      stopTimeoutMs: 5_000,
      log: createLogger({ level: 'silent' }),
    })
  t.throws(() => compose(5), {
    code: 'PLUGIN_FAILED',
    message: /Lower drainSeconds.*stopTimeoutMs/,
  })
  t.notThrows(() => compose(4.9))
})
