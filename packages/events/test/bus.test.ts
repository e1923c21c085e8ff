import {
  createForge,
  defineEvent,
  definePlugin,
  EventBus,
  on,
  RetryLater,
  type Subscription,
} from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { database, Database, sqlMigration } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { z } from 'zod'
import { EventLog, events } from '../src/index.js'

const noted = defineEvent({
  name: 'test.noted',
  version: 1,
  schema: z.object({ text: z.string() }),
})
const echoed = defineEvent({
  name: 'test.echoed',
  version: 1,
  schema: z.object({ text: z.string() }),
})

// Without a unique index, so that an effect applied twice shows.
const effects = sqlMigration('0001-effects', {
  up: 'CREATE TABLE effects (consumer text, text text, at bigint GENERATED ALWAYS AS IDENTITY)',
  down: 'DROP TABLE effects',
})

const record = (consumer: string) =>
  on(noted, consumer, async ({ tx, payload }) => {
    await tx.query('INSERT INTO effects (consumer, text) VALUES ($1, $2)', [consumer, payload.text])
  })

async function application(
  t: ExecutionContext,
  subscriptions: Subscription[],
  known?: { url: string },
) {
  const fresh = known ? undefined : await testDatabase()
  const url = known?.url ?? fresh?.url ?? ''
  const { log, lines } = captureLog()
  const plugin = definePlugin({
    name: 'test',
    requires: { bus: EventBus },
    events: [noted, echoed],
    migrations: [effects],
    setup: () => ({ on: subscriptions }),
  })
  const delivery = { claimSeconds: 2, superviseSeconds: 1, retryLimit: 2, retryBaseSeconds: 1 }
  const forge = createForge({
    plugins: [database({ url }), events(delivery), plugin()],
    log,
  })
  await forge.start()
  const [db, bus] = [forge.get(Database), forge.get(EventBus)]
  t.teardown(async () => {
    await forge.stop()
    await fresh?.drop()
  })
  return {
    url,
    lines,
    forge,
    db,
    bus,
    publish: (text: string, externalId?: string) =>
      db.transaction((tx) =>
        bus.publish(tx, noted, { text }, externalId ? { source: 'test', externalId } : {}),
      ),
    effects: async (consumer: string) =>
      (
        await db.query<{ text: string }>(
          'SELECT text FROM effects WHERE consumer = $1 ORDER BY at',
          [consumer],
        )
      ).map((row) => row.text),
  }
}

test.serial('an event reaches every consumer once, after the commit', async (t) => {
  const app = await application(t, [record('a'), record('b')])
  await app.publish('hello')
  await waitFor(
    async () => (await app.effects('a')).length > 0 && (await app.effects('b')).length > 0,
  )
  t.deepEqual(await app.effects('a'), ['hello'])
  t.deepEqual(await app.effects('b'), ['hello'])
})

test.serial('an event of a transaction that rolls back was never there', async (t) => {
  const app = await application(t, [record('a')])
  await t.throwsAsync(
    app.db.transaction(async (tx) => {
      await app.bus.publish(tx, noted, { text: 'never' })
      throw new Error('no')
    }),
  )
  await app.publish('after')
  await waitFor(async () => (await app.effects('a')).length > 0)
  t.deepEqual(await app.effects('a'), ['after'])
  t.deepEqual(await app.db.query("SELECT payload ->> 'text' AS text FROM events"), [
    { text: 'after' },
  ])
})

test.serial(
  'fifty deliveries of one external id at once, on two nodes, are one event and one effect',
  async (t) => {
    const app = await application(t, [record('a')])
    const other = await application(t, [record('a')], app)
    const published = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 ? app : other).publish('once', 'evt_1')),
    )
    t.is(published.filter((one) => !one.duplicate).length, 1)
    t.is(new Set(published.map((one) => one.id)).size, 1)
    await waitFor(async () => (await app.forge.get(EventLog).unhandled('test', ['evt_1'])) === 0)
    t.deepEqual(await app.effects('a'), ['once'])
  },
)

test.serial(
  'a handler that fails is tried again, and its effects of the failed attempt are gone',
  async (t) => {
    const attempts: number[] = []
    const app = await application(t, [
      on(noted, 'shaky', async ({ tx, payload, attempt }) => {
        attempts.push(attempt)
        await tx.query("INSERT INTO effects (consumer, text) VALUES ('shaky', $1)", [payload.text])
        if (attempt === 1) throw new Error('not yet')
      }),
    ])
    await app.publish('again')
    await waitFor(async () => (await app.effects('shaky')).length > 0)
    t.deepEqual(attempts, [1, 2])
    t.deepEqual(await app.effects('shaky'), ['again'])
  },
)

test.serial(
  'after the last attempt an event is a dead letter with its reason; redriven, it is applied once',
  async (t) => {
    let broken = true
    const app = await application(t, [
      on(noted, 'poisoned', async ({ tx, payload }) => {
        if (broken && payload.text === 'poison') throw new Error('cannot digest this')
        await tx.query("INSERT INTO effects (consumer, text) VALUES ('poisoned', $1)", [
          payload.text,
        ])
      }),
    ])
    const { id: eventId } = await app.publish('poison')
    await app.publish('fine')
    const [letter] = await waitFor(async () => {
      const letters = await app.bus.deadLetters.list({ consumer: 'poisoned' })
      return letters.length > 0 && letters
    })
    t.like(letter, { consumer: 'poisoned', eventId, reason: 'cannot digest this' })
    t.deepEqual(await app.effects('poisoned'), ['fine'])
    t.true(app.lines.some((line) => line.includes('an event became a dead letter')))
    broken = false
    t.is(await app.bus.deadLetters.redrive({ ids: [letter?.id ?? ''] }), 1)
    await waitFor(async () => (await app.effects('poisoned')).length === 2)
    t.deepEqual(await app.effects('poisoned'), ['fine', 'poison'])
    t.deepEqual(await app.bus.deadLetters.list(), [])
  },
)

test.serial('RetryLater waits without using up the attempts', async (t) => {
  let calls = 0
  const app = await application(t, [
    on(noted, 'patient', async ({ tx }) => {
      // More often than the retry limit of 2 would allow.
      if (++calls <= 4) throw new RetryLater(0, 'the provider is busy')
      await tx.query("INSERT INTO effects (consumer, text) VALUES ('patient', 'done')")
    }),
  ])
  await app.publish('later')
  await waitFor(async () => (await app.effects('patient')).length > 0)
  t.is(calls, 5)
  t.deepEqual(await app.bus.deadLetters.list(), [])
})

test.serial('prepare runs outside the transaction, and commit gets what it made', async (t) => {
  const app = await application(t, [
    on(noted, 'two-steps', {
      prepare: async ({ payload, idempotencyKey }) => ({
        text: payload.text.toUpperCase(),
        idempotencyKey,
      }),
      commit: async ({ tx, idempotencyKey }, prepared) => {
        t.is(prepared.idempotencyKey, idempotencyKey)
        await tx.query("INSERT INTO effects (consumer, text) VALUES ('two-steps', $1)", [
          prepared.text,
        ])
      },
    }),
  ])
  await app.publish('quiet')
  await waitFor(async () => (await app.effects('two-steps')).length > 0)
  t.deepEqual(await app.effects('two-steps'), ['QUIET'])
})

test.serial(
  'a handler that outlives its claim is rolled back, and the event is applied once by another attempt',
  async (t) => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const app = await application(t, [
      on(noted, 'zombie', {
        prepare: async ({ attempt }) => (attempt === 1 ? held : undefined),
        commit: async ({ tx, attempt }) =>
          void (await tx.query("INSERT INTO effects (consumer, text) VALUES ('zombie', $1)", [
            `attempt ${attempt}`,
          ])),
      }),
    ])
    await app.publish('slow')
    await waitFor(async () => (await app.effects('zombie')).length > 0)
    release()
    await waitFor(async () =>
      app.lines.some(
        (line) => line.includes('CLAIM_LOST') || line.includes('could not be settled'),
      ),
    )
    t.deepEqual(await app.effects('zombie'), ['attempt 2'])
  },
)

test.serial(
  'what a handler publishes commits with its effect and is linked to its cause',
  async (t) => {
    const app = await application(t, [
      on(noted, 'echo', async ({ payload, publish }) => void (await publish(echoed, payload))),
      on(echoed, 'listener', async ({ tx, event }) => {
        const text = `${event.correlationId} ${event.causationId}`
        await tx.query("INSERT INTO effects (consumer, text) VALUES ('listener', $1)", [text])
      }),
    ])
    const { id } = await app.publish('hello')
    await waitFor(async () => (await app.effects('listener')).length > 0)
    t.deepEqual(await app.effects('listener'), [`${id} ${id}`])
  },
)

test.serial('a payload that does not fit is refused before anything is written', async (t) => {
  const app = await application(t, [])
  await t.throwsAsync(
    app.db.transaction((tx) =>
      app.bus.publish(tx, noted, { text: 5 } as unknown as { text: string }),
    ),
    { code: 'INPUT_INVALID' },
  )
  t.deepEqual(await app.db.query('SELECT id FROM events'), [])
})

test.serial(
  'any mix of commits, rollbacks and repeats is applied exactly once per committed event',
  async (t) => {
    const app = await application(t, [record('a'), record('b')])
    const step = fc.record({ id: fc.integer({ min: 0, max: 8 }), commits: fc.boolean() })
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const prefix = `r${round++}`
        const name = (id: number) => `${prefix}-${id}`
        await Promise.all(
          steps.map(async ({ id, commits }) => {
            const attempt = app.db.transaction(async (tx) => {
              await app.bus.publish(
                tx,
                noted,
                { text: name(id) },
                { source: 'test', externalId: name(id) },
              )
              if (!commits) throw new Error('rolled back')
            })
            await (commits ? attempt : t.throwsAsync(attempt))
          }),
        )
        const committed = [
          ...new Set(steps.filter((one) => one.commits).map((one) => name(one.id))),
        ].sort()
        await waitFor(
          async () => (await app.forge.get(EventLog).unhandled('test', committed)) === 0,
        )
        for (const consumer of ['a', 'b']) {
          const applied = (await app.effects(consumer))
            .filter((text) => text.startsWith(`${prefix}-`))
            .sort()
          t.deepEqual(applied, committed)
        }
      }),
      { numRuns: 15 },
    )
  },
)
