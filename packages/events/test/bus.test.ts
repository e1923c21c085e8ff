import { on, RetryLater } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import fc from 'fast-check'
import { EventLog } from '../src/index.js'
import { application, noted, record } from './application.js'

// What every bus does is examined in conformance.test.ts; here is what concerns PostgreSQL.

test.serial(
  'neither a rollback nor a payload that does not fit leaves a row in the log',
  async (t) => {
    const app = await application(t, { on: [record('a')] })
    const rolledBack = app.db.transaction(async (tx) => {
      await app.bus.publish(tx, noted, { text: 'never' })
      throw new Error('no')
    })
    await t.throwsAsync(rolledBack, { message: 'no' })
    await t.throwsAsync(app.publish(5 as never), { code: 'INPUT_INVALID' })
    t.deepEqual(await app.db.query('SELECT id FROM events'), [])
  },
)

test.serial(
  'fifty deliveries of one external id at once, on two nodes, are one event and one effect',
  async (t) => {
    const app = await application(t, { on: [record('a')] })
    const other = await application(t, { on: [record('a')], url: app.url })
    const published = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 ? app : other).publish('once', { source: 'test', externalId: 'evt_1' }),
      ),
    )
    t.is(published.filter((one) => !one.duplicate).length, 1)
    t.is(new Set(published.map((one) => one.id)).size, 1)
    await waitFor(async () => (await app.forge.get(EventLog).unhandled('test', ['evt_1'])) === 0)
    t.deepEqual(await app.effects('a'), ['once'])
  },
)

test.serial('an event that becomes a dead letter is logged', async (t) => {
  const poisoned = on(noted, 'poisoned', () => Promise.reject(new Error('cannot digest this')), {
    retry: { limit: 0 },
  })
  const app = await application(t, { on: [poisoned] })
  await app.publish('poison')
  const line = await waitFor(async () =>
    app.lines.find((logged) => logged.includes('an event became a dead letter')),
  )
  t.regex(line, /"consumer":"poisoned".*cannot digest this/)
})

test.serial(
  'a handler that outlives its claim is rolled back, and the event is applied once by another attempt',
  async (t) => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const app = await application(t, {
      on: [
        on(
          noted,
          'zombie',
          {
            prepare: async ({ attempt }) => (attempt === 1 ? held : undefined),
            commit: async ({ tx, attempt }) =>
              void (await tx.query("INSERT INTO effects (consumer, text) VALUES ('zombie', $1)", [
                `attempt ${attempt}`,
              ])),
          },
          { timeoutSeconds: 1 },
        ),
      ],
    })
    await app.publish('slow')
    await waitFor(async () => (await app.effects('zombie')).length > 0)
    release()
    t.true(app.lines.some((line) => line.includes('HANDLER_TIMED_OUT')))
    t.deepEqual(await app.effects('zombie'), ['attempt 2'])
  },
)

test.serial(
  'any mix of commits, rollbacks and repeats is applied exactly once per committed event',
  async (t) => {
    const app = await application(t, { on: [record('a'), record('b')] })
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

test.serial(
  'a consumer waits for open publishers before it is registered, so it misses no later commit',
  async (t) => {
    const app = await application(t)
    let commit = () => {}
    const held = new Promise<void>((resolve) => (commit = resolve))
    const publishing = app.db.transaction(async (tx) => {
      await app.bus.publish(tx, noted, { text: 'before' })
      await held
    })
    const starting = application(t, { on: [record('late')], url: app.url })
    await waitFor(
      async () =>
        (
          await app.db.query(
            "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted",
          )
        ).length > 0,
      { what: 'the registration to wait' },
    )
    commit()
    await publishing
    const late = await starting
    await app.publish('after')
    await waitFor(async () => (await late.effects('late')).length > 0)
    t.deepEqual(await late.effects('late'), ['after'])
  },
)

test.serial(
  'handlers that need a second connection while they hold one do not starve each other',
  async (t) => {
    const app = await application(t, {
      on: [
        on(noted, 'nested', async ({ tx, payload }) => {
          await app.db.query('SELECT pg_sleep(0.01)')
          await tx.query("INSERT INTO effects (consumer, text) VALUES ('nested', $1)", [
            payload.text,
          ])
        }),
      ],
    })
    await Promise.all(Array.from({ length: 40 }, (_, index) => app.publish(String(index))))
    await waitFor(async () => (await app.effects('nested')).length === 40)
    t.deepEqual(await app.bus.deadLetters.list(), [])
  },
)

test.serial(
  'a handler that hangs holds up neither the other events of its consumer nor the stop',
  async (t) => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const app = await application(t, {
      on: [
        on(noted, 'hanging', {
          prepare: async ({ payload }) => (payload.text === 'hang' ? held : undefined),
          commit: async ({ tx, payload }) =>
            void (await tx.query("INSERT INTO effects (consumer, text) VALUES ('hanging', $1)", [
              payload.text,
            ])),
        }),
      ],
    })
    t.teardown(release)
    await app.publish('hang')
    for (let index = 0; index < 20; index++) await app.publish(String(index))
    await waitFor(async () => (await app.effects('hanging')).length === 20)
    t.pass()
  },
)

test.serial(
  'a failure whose text cannot be stored, or whose pause is no number, loses no event',
  async (t) => {
    let calls = 0
    const app = await application(t, {
      on: [
        on(noted, 'strange', async ({ tx, payload }) => {
          calls++
          if (calls === 1) throw new Error('bad\0name \ud800')
          if (calls === 2) throw new RetryLater(-5, 'soon')
          await tx.query("INSERT INTO effects (consumer, text) VALUES ('strange', $1)", [
            payload.text,
          ])
        }),
      ],
    })
    await app.publish('kept')
    await waitFor(async () => (await app.effects('strange')).length > 0)
    t.deepEqual(await app.effects('strange'), ['kept'])
  },
)

test.serial('connections that die under load lose nothing and apply nothing twice', async (t) => {
  const app = await application(t, { on: [record('a'), record('b')] })
  const names = Array.from({ length: 150 }, (_, index) => `load-${index}`)
  for (const [index, name] of names.entries()) {
    const once = { source: 'test', externalId: name }
    // Each connection of the pool may turn out to be dead, one after the other.
    const isStored = () =>
      app.publish(name, once).then(
        () => true,
        () => false,
      )
    await waitFor(isStored, { what: `${name} to be stored` })
    if (index % 30 === 15) {
      await app.db
        .query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        )
        .catch((error: unknown) => t.log(String(error)))
    }
  }
  for (const consumer of ['a', 'b']) {
    await waitFor(async () => (await app.effects(consumer)).length >= names.length, {
      what: `every effect of ${consumer}`,
      timeoutMs: 40_000,
    })
    t.deepEqual((await app.effects(consumer)).toSorted(), names.toSorted())
  }
})
